import type { DemoMoment } from './demo-moment'
import { CHECKOUT_PODS, MAX_WEB_PODS } from './demo-moment'
import type { DemoWorkload, PodTemplate } from './demo-workload'
import { MACHINES, podAddresses } from './machines'
import { hashText, nameSuffix } from './seeded-random'

/** `NS/NAME` of the workload whose label changes, and of the one that grows by day. */
export const CHECKOUT = 'storefront/checkout'
export const WEB = 'storefront/web'
/** The label that checkout carried before it was renamed. */
export const CHECKOUT_LABEL_BEFORE = 'checkout'

/** A search node that has been joining its cluster for days. */
const NEVER_READY = new Set(['data/search-index-2'])

/** Runs of one CronJob that have addresses of their own before the first address is used again. */
const JOB_PLACES = 6

/** One pod of the demo cluster at one moment. */
export type DemoPod = {
  /** Pods with the same text have the same labels: to every policy they are one. */
  readonly alike: string
  readonly namespace: string
  readonly name: string
  readonly workload: DemoWorkload
  readonly template: PodTemplate
  /** What owns the pod: a ReplicaSet, a Job or the workload itself; null for a bare pod. */
  readonly owner: { readonly kind: 'ReplicaSet' | 'StatefulSet' | 'DaemonSet' | 'Job'; readonly name: string } | null
  /** Value of `pod-template-hash`; null where Kubernetes sets none. */
  readonly templateHash: string | null
  readonly ordinal: number
  /** Position in `MACHINES`. */
  readonly machine: number
  /** IPv4, then IPv6; of the machine for a pod in the machine's network. */
  readonly ips: readonly [string, string]
  readonly ready: boolean
  readonly phase: 'Running' | 'Succeeded'
  /** The run it belongs to, for pods of a CronJob; milliseconds since the epoch. */
  readonly scheduledAt: number | null
}

type UnmarkedPod = Omit<DemoPod, 'alike'>

type Place = { readonly machine: number; readonly ips: readonly [string, string] }

/** Who lives where. Places are given out once for everything that can ever run, so that nothing moves when the story goes on. */
export type Population = { podsAt(moment: DemoMoment): readonly DemoPod[] }

export function populate(workloads: readonly DemoWorkload[]): Population {
  const places = givePlaces(workloads)
  return {
    podsAt: (moment) =>
      workloads.flatMap((workload) =>
        podsOf(workload, places.get(workload.key) ?? [], moment).map((pod) => ({
          ...pod,
          alike: `${workload.key}@${pod.template.labels.app}`,
        })),
      ),
  }
}

function givePlaces(workloads: readonly DemoWorkload[]): ReadonlyMap<string, readonly Place[]> {
  const used = MACHINES.map(() => 3)
  const places = new Map<string, Place[]>()
  workloads.forEach((workload, index) => {
    const needed = placesNeeded(workload)
    const taken = Array.from({ length: needed }, (_, ordinal): Place => {
      const machine = (workload.kind === 'DaemonSet' ? ordinal : index + ordinal) % MACHINES.length
      const addresses = MACHINES[machine]?.addresses
      if (workload.hostNetwork && addresses) return { machine, ips: addresses }
      used[machine] = (used[machine] ?? 0) + 1
      return { machine, ips: podAddresses(machine, used[machine] ?? 0) }
    })
    places.set(workload.key, taken)
  })
  return places
}

function placesNeeded(workload: DemoWorkload): number {
  if (workload.cron !== null) return JOB_PLACES
  if (workload.key === WEB) return MAX_WEB_PODS
  if (workload.key === CHECKOUT) return 2 * CHECKOUT_PODS
  return workload.replicas
}

function podsOf(workload: DemoWorkload, places: readonly Place[], moment: DemoMoment): UnmarkedPod[] {
  switch (workload.kind) {
    case 'Deployment': {
      if (workload.key !== CHECKOUT) {
        return replicas(workload, workload.template, places, 0, workload.key === WEB ? moment.webPods : workload.replicas)
      }
      const renamed = moment.renamedCheckoutPods
      const before = labelledAsBefore(workload.template)
      return [
        ...replicas(workload, workload.template, places.slice(0, CHECKOUT_PODS), 0, renamed),
        ...replicas(workload, before, places.slice(CHECKOUT_PODS), 0, CHECKOUT_PODS - renamed),
      ]
    }
    case 'StatefulSet':
      return places.map((place, ordinal) => ({
        ...running(workload, place, ordinal),
        name: `${workload.name}-${ordinal}`,
        owner: { kind: 'StatefulSet', name: workload.name },
        template: named(workload.template, `${workload.name}-${ordinal}`, workload.serviceName),
        ready: !NEVER_READY.has(`${workload.key}-${ordinal}`),
      }))
    case 'DaemonSet':
      return places.map((place, ordinal) => ({
        ...running(workload, place, ordinal),
        name: `${workload.name}-${nameSuffix(`${workload.key}/${ordinal}`, 5)}`,
        owner: { kind: 'DaemonSet', name: workload.name },
      }))
    case 'CronJob':
      return moment.jobs.filter((job) => job.cronJob === workload.key).flatMap((job) => jobPod(workload, places, job))
    case 'Pod':
      return places.map((place) => ({ ...running(workload, place, 0), name: workload.name }))
  }
}

const templatesBefore = new WeakMap<PodTemplate, PodTemplate>()

function labelledAsBefore(template: PodTemplate): PodTemplate {
  const before = templatesBefore.get(template) ?? { ...template, labels: { ...template.labels, app: CHECKOUT_LABEL_BEFORE } }
  templatesBefore.set(template, before)
  return before
}

const hashes = new WeakMap<PodTemplate, string>()

/** Changes with the template, as the name of a ReplicaSet does. */
function hashOf(workload: DemoWorkload, template: PodTemplate): string {
  const hash = hashes.get(template) ?? nameSuffix(JSON.stringify([workload.key, template]), 9)
  hashes.set(template, hash)
  return hash
}

function replicas(workload: DemoWorkload, template: PodTemplate, places: readonly Place[], from: number, count: number): UnmarkedPod[] {
  const templateHash = hashOf(workload, template)
  const replicaSet = `${workload.name}-${templateHash}`
  return places.slice(from, from + count).map((place, ordinal) => ({
    ...running(workload, place, ordinal),
    template,
    templateHash,
    name: `${replicaSet}-${nameSuffix(`${replicaSet}/${ordinal}`, 5)}`,
    owner: { kind: 'ReplicaSet', name: replicaSet },
  }))
}

function jobPod(workload: DemoWorkload, places: readonly Place[], job: DemoMoment['jobs'][number]): UnmarkedPod[] {
  const run = Math.floor(job.scheduledAt / 60_000 / (workload.cron?.everyMinutes ?? 1))
  const place = places[run % places.length]
  if (place === undefined) return []
  const name = `${workload.name}-${job.scheduledAt / 60_000}`
  return [
    {
      ...running(workload, place, 0),
      name: `${name}-${nameSuffix(name, 5)}`,
      owner: { kind: 'Job', name },
      ready: job.isRunning,
      phase: job.isRunning ? 'Running' : 'Succeeded',
      scheduledAt: job.scheduledAt,
    },
  ]
}

function running(workload: DemoWorkload, place: Place, ordinal: number): Omit<UnmarkedPod, 'name'> {
  return {
    namespace: workload.namespace,
    workload,
    template: workload.template,
    owner: null,
    templateHash: null,
    ordinal,
    machine: place.machine,
    ips: place.ips,
    ready: true,
    phase: 'Running',
    scheduledAt: null,
  }
}

/** Pods of a StatefulSet have a name of their own in the headless Service. */
function named(template: PodTemplate, hostname: string, subdomain: string | null): PodTemplate {
  return { ...template, spec: { ...template.spec, hostname, subdomain } }
}

/** Days that a pod has been running: stable, different for each. */
export function podAgeMs(pod: DemoPod): number {
  return 3_600_000 * (20 + (hashText(`${pod.namespace}/${pod.name}`) % 600))
}
