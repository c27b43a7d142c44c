import { Fields, isRecord } from '../model/fields'
import { type WorkloadRef, workloadRef } from '../model/names'
import { currentGroup } from '../model/object-kinds'
import { topOwner, topOwnerOfWorkload } from '../model/owners'
import { isWorkloadKind, readWorkload, type WorkloadObject } from '../model/readers/workload'
import type { SourceDocument } from '../model/source-document'
import { isSameObject } from './is-same-object'
import { recordAt, templateOf } from './merge-object'
import type { ObjectTable, TableEntry } from './object-table'

type Body = Readonly<Record<string, unknown>>

/** What one changed object does to others that the draft does not name: a document for each, null for those that go. */
export type Following = ReadonlyMap<string, SourceDocument | null>

/** Everything in a namespace goes with it. */
export function followNamespace(name: string, table: ObjectTable): Following {
  return new Map([...table.entries].flatMap(([key, { meta }]) => (meta.namespace === name ? [[key, null] as const] : [])))
}

/** Finds the pods (and what stands in between) that workloads own. */
export class Owners {
  readonly #table: ObjectTable
  #below: ReadonlyMap<WorkloadRef, readonly (readonly [key: string, entry: TableEntry])[]> | null = null

  constructor(table: ObjectTable) {
    this.#table = table
  }

  /** `after` null: the workload is deleted, and what it made goes with it. Otherwise its pods become what the template makes now. */
  follow(workload: TableEntry, after: Body | null): Following {
    const { meta, document } = workload
    this.#below ??= groupByOwner(this.#table)
    const below = this.#below.get(workloadRef(meta.namespace ?? '', meta.name, meta.kind)) ?? []
    if (after === null) return new Map(below.map(([key]) => [key, null]))
    const before = isRecord(document.body) ? templateOf(document.body, meta.kind) : {}
    const now = templateOf(after, meta.kind)
    if (isSameObject(before, now)) return new Map()
    const pods = below.filter(([, entry]) => entry.meta.kind === 'Pod')
    return new Map(pods.map(([key, { document: pod }]) => [key, { ...pod, body: madeAnew(pod.body, before, now) }]))
  }
}

function groupByOwner(table: ObjectTable): ReadonlyMap<WorkloadRef, readonly (readonly [key: string, entry: TableEntry])[]> {
  const objects = new Map<WorkloadRef, WorkloadObject>()
  for (const { meta, document } of table.entries.values()) {
    if (!isWorkload(meta) || !isRecord(document.body)) continue
    objects.set(
      workloadRef(meta.namespace ?? '', meta.name, meta.kind),
      readWorkload(new Fields(document.body, document, () => undefined), meta),
    )
  }
  const below = new Map<WorkloadRef, (readonly [string, TableEntry])[]>()
  for (const [key, entry] of table.entries) {
    const { meta } = entry
    const isPod = meta.kind === 'Pod' && meta.apiVersion === 'v1'
    if (!isPod && !isWorkload(meta)) continue
    const { ref } = isPod ? topOwner(meta, objects) : topOwnerOfWorkload(meta, objects)
    if (!isPod && ref === workloadRef(meta.namespace ?? '', meta.name, meta.kind)) continue
    const siblings = below.get(ref)
    if (siblings === undefined) below.set(ref, [[key, entry]])
    else siblings.push([key, entry])
  }
  return below
}

function isWorkload({ apiVersion, kind }: TableEntry['meta']): boolean {
  return isWorkloadKind(currentGroup(apiVersion, kind), kind)
}

/** The pod as a changed template makes it: on the same node, with the labels that controllers gave it. */
function madeAnew(pod: unknown, before: Body, now: Body): unknown {
  if (!isRecord(pod)) return pod
  const metadata = recordAt(pod, 'metadata')
  const former = recordAt(recordAt(before, 'metadata'), 'labels')
  const own = Object.entries(recordAt(metadata, 'labels')).filter(
    ([name, value]) => !(Object.hasOwn(former, name) && former[name] === value),
  )
  const labels = { ...Object.fromEntries(own), ...recordAt(recordAt(now, 'metadata'), 'labels') }
  const spec = recordAt(pod, 'spec')
  const template = recordAt(now, 'spec')
  const isSameSpec = isSameObject(recordAt(before, 'spec'), template)
  const status = recordAt(pod, 'status')
  const moves = !isSameSpec && (spec.hostNetwork === true) !== (template.hostNetwork === true)
  const { podIP: _ip, podIPs: _ips, ...withoutAddresses } = status
  return {
    ...pod,
    metadata: { ...metadata, labels },
    ...(isSameSpec ? {} : { spec: { ...template, ...(Object.hasOwn(spec, 'nodeName') ? { nodeName: spec.nodeName } : {}) } }),
    ...(Object.hasOwn(pod, 'status') ? { status: moves ? withoutAddresses : status } : {}),
  }
}
