import { isRecord } from '../model/fields'
import { currentGroup, isPolicyKind } from '../model/object-kinds'
import { isWorkloadKind } from '../model/readers/workload'

type Body = Readonly<Record<string, unknown>>

/** Fields of a Service's spec that the cluster fills in and manifests leave out. */
const GIVEN_BY_CLUSTER = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort'] as const

/**
 * What becomes of an object when a drafted document of it is applied.
 *
 * A policy takes the place of the one there was. So do labels, annotations and spec of a workload, Pod or Service that the
 * draft writes out whole. Everything else is merged in as a JSON merge patch (RFC 7386): what is left out stays, `null` removes.
 */
export function mergeObject(existing: Body, draft: Body, kind: string, apiVersion: string): Body {
  if (isPolicyKind(apiVersion, kind)) return draft
  if (!isWhole(draft, kind, apiVersion)) return mergePatch(existing, draft) as Body
  const given = kind === 'Service' ? GIVEN_BY_CLUSTER : kind === 'Pod' ? (['nodeName'] as const) : []
  const before = recordAt(existing, 'spec')
  const kept = given.flatMap((field) => (Object.hasOwn(before, field) ? [[field, before[field]] as const] : []))
  return {
    ...existing,
    ...draft,
    metadata: { ...recordAt(existing, 'metadata'), labels: {}, annotations: {}, ...recordAt(draft, 'metadata') },
    spec: { ...Object.fromEntries(kept), ...recordAt(draft, 'spec') },
  }
}

/** True when a document says everything that counts about its object, so that what it leaves out is meant to be gone. */
export function isWhole(body: Body, kind: string, apiVersion: string): boolean {
  const spec = recordAt(body, 'spec')
  if (kind === 'Service') return Array.isArray(spec.ports)
  if (kind === 'Pod') return Array.isArray(spec.containers)
  return isWorkloadKind(currentGroup(apiVersion, kind), kind) && Array.isArray(recordAt(templateOf(body, kind), 'spec').containers)
}

/** The pod template of a workload; empty when it has none. */
export function templateOf(body: Body, kind: string): Body {
  const spec = recordAt(body, 'spec')
  return recordAt(kind === 'CronJob' ? recordAt(recordAt(spec, 'jobTemplate'), 'spec') : spec, 'template')
}

/** The object at a key; empty when there is none. */
export function recordAt(body: Body, key: string): Body {
  const value = Object.hasOwn(body, key) ? body[key] : undefined
  return isRecord(value) ? value : {}
}

/** RFC 7386. Written with entries, because `__proto__` is a valid key of a label map. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const merged = new Map(isRecord(target) ? Object.entries(target) : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, mergePatch(merged.get(key), value))
  }
  return Object.fromEntries(merged)
}
