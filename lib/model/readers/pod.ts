import { canonicalAddress } from '../address'
import type { Container, Pod, PodDns } from '../cluster'
import type { Fields } from '../fields'
import type { Labels } from '../labels'
import { podRef } from '../names'
import type { ObjectMeta } from '../object'
import { readContainers } from './containers'
import { readFailingConditions } from './failing-conditions'
import { readPodDns } from './pod-dns'

/** A Pod object before its owner is known. */
export type PodObject = Omit<Pod, 'workload'>

/** What a pod and the template of a pod have in common. */
export type PodSpec = {
  readonly labels: Labels
  readonly nodeName: string | null
  readonly hostNetwork: boolean
  readonly serviceAccount: string
  readonly hostname: string | null
  readonly subdomain: string | null
  readonly containers: readonly Container[]
  readonly dns: PodDns
}

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const

export function readPod(document: Fields, meta: ObjectMeta): PodObject {
  const namespace = meta.namespace ?? ''
  const status = document.object('status')
  // A manifest states no status: its pod stands for one that runs.
  const isObserved = document.has('status') && status.has('phase')
  const phase = isObserved ? status.oneOf('phase', PHASES, 'Unknown') : 'Running'
  return {
    ref: podRef(namespace, meta.name),
    meta,
    namespace,
    name: meta.name,
    ...readPodSpec(document.object('spec'), meta.labels, document),
    isImplied: false,
    ips: readAddresses(status, 'podIPs', 'podIP'),
    hostIps: readAddresses(status, 'hostIPs', 'hostIP'),
    phase,
    ready: isObserved ? isReady(status) : true,
    failing: readFailingConditions(status),
    terminating: document.object('metadata').has('deletionTimestamp'),
  }
}

/** The part that a template has too. `pod` is the object whose `status` tells how the containers are, if any. */
export function readPodSpec(spec: Fields, labels: Labels, pod: Fields | null): PodSpec {
  return {
    labels,
    nodeName: spec.string('nodeName') || null,
    hostNetwork: spec.boolean('hostNetwork') ?? false,
    serviceAccount: spec.string('serviceAccountName') || spec.string('serviceAccount') || 'default',
    hostname: spec.string('hostname') || null,
    subdomain: spec.string('subdomain') || null,
    containers: readContainers(spec, pod?.object('status') ?? null),
    dns: readPodDns(spec),
  }
}

function isReady(status: Fields): boolean {
  const ready = status.list('conditions').find((condition) => condition.string('type') === 'Ready')
  return ready?.string('status') === 'True'
}

/** The list of both families, or the older single field; canonical, each once. */
function readAddresses(status: Fields, listKey: string, key: string): readonly string[] {
  const written = [...status.list(listKey).map((entry) => entry.string('ip')), status.string(key)]
  const addresses = new Set<string>()
  for (const text of written) {
    if (text === null || text === '') continue
    const address = canonicalAddress(text)
    if (address === null) status.problem(key, `"${text.slice(0, 60)}" is not an IP address`)
    else addresses.add(address)
  }
  return [...addresses]
}
