import { aNode, aPod, aService, aWorkload } from '@/lib/model/testing/objects'
import type { SeededRandom } from '@/server/demo/seeded-random'

/** A pod as it really was: who it belonged to, and from when to when it had its address (milliseconds since the epoch). */
export type ForgedPod = {
  readonly id: number
  readonly namespace: string
  readonly name: string
  readonly workload: string
  readonly ip: string
  readonly node: string
  readonly from: number
  readonly to: number
}

export type ForgedService = { readonly namespace: string; readonly name: string; readonly ip: string; readonly workload: string }

export type World = {
  readonly start: number
  readonly end: number
  readonly pods: readonly ForgedPod[]
  readonly services: readonly ForgedService[]
  /** Addresses outside the cluster. */
  readonly outside: readonly string[]
}

const NAMESPACES = ['shop', 'data', 'tools', 'edge']
const NODES = ['node-1', 'node-2', 'node-3']
const WORKLOADS = 10
const OUTSIDE = 6

/**
 * A cluster in which pods come and go and take over each other's addresses, often within a second.
 *
 * @param start milliseconds since the epoch. What lives at the start has lived long before.
 */
export function forgeWorld(random: SeededRandom, start: number, lengthMs: number): World {
  const end = start + lengthMs
  const workloads = Array.from({ length: WORKLOADS }, (_, index) => ({
    namespace: NAMESPACES[index % NAMESPACES.length] ?? 'shop',
    name: `app-${index}`,
  }))
  const pods: ForgedPod[] = []
  let number = 0
  for (let slot = 0; slot < WORKLOADS * 2; slot++) {
    const ip = `10.1.${slot % 3}.${10 + slot}`
    const node = NODES[slot % NODES.length] ?? 'node-1'
    let owner = slot % WORKLOADS
    // An address goes from pod to pod, of the same workload or of another.
    for (let from = start - 3_600_000; from < end; ) {
      const lives = from < start ? 3_600_000 + random.below(lengthMs * 2) : 20_000 + random.below(lengthMs)
      const to = Math.min(from + lives, end + 3_600_000)
      const workload = workloads[owner]
      if (workload === undefined) break
      pods.push({ id: pods.length, ...workload, workload: workload.name, name: `${workload.name}-${number++}`, ip, node, from, to })
      from = to + 100 + random.below(random.below(3) === 0 ? 15_000 : 1_500)
      if (random.below(3) > 0) owner = random.below(WORKLOADS)
    }
  }
  const services = workloads
    .slice(0, 4)
    .map(({ namespace, name }, index) => ({ namespace, name, ip: `10.96.0.${10 + index}`, workload: name }))
  return { start, end, pods, services, outside: Array.from({ length: OUTSIDE }, (_, index) => `198.51.100.${index + 1}`) }
}

/** The objects of the cluster at a moment, as its API server would list them. */
export function objectsAt(world: World, at: number): readonly object[] {
  const nodes = NODES.map((name, index) => aNode({ name, ip: `192.168.0.${index + 1}`, podCidrs: [`10.1.${index}.0/24`] }))
  const services = world.services.map(({ namespace, name, ip }) =>
    aService({ namespace, name, clusterIp: ip, selector: { app: name }, ports: [{ port: 8080, protocol: 'TCP' }] }),
  )
  const workloads = new Map(world.pods.map(({ namespace, workload }) => [workload, namespace]))
  const controllers = Array.from(workloads, ([name, namespace]) => aWorkload('apps/v1', 'StatefulSet', { name, namespace }))
  const pods = world.pods.filter(({ from, to }) => from <= at && at < to)
  return [...nodes, ...services, ...controllers, ...pods.map(podObject)]
}

function podObject({ namespace, name, workload, ip, node, from, id }: ForgedPod): object {
  const pod = aPod({ namespace, name, ip, node, labels: { app: workload }, owner: { kind: 'StatefulSet', name: workload } }) as {
    readonly metadata: object
  }
  const metadata = { ...pod.metadata, uid: `pod-${id}`, creationTimestamp: new Date(Math.floor(from / 1_000) * 1_000).toISOString() }
  return { ...pod, metadata }
}

/** Every moment at which the cluster changed, with the lag after which a watch tells of it, in the order of the telling. */
export function readingsOf(world: World, random: SeededRandom, maxLagMs: number): readonly { readonly at: number; readonly of: number }[] {
  const changes = new Set(world.pods.flatMap(({ from, to }) => [from, to]).filter((at) => at > world.start && at <= world.end))
  const readings: { at: number; of: number }[] = []
  let told = world.start
  for (const of of [...changes].sort((a, b) => a - b)) {
    // A watch tells what happened in the order in which it happened.
    told = Math.max(told, of + random.below(maxLagMs + 1))
    readings.push({ at: told, of })
  }
  return readings
}
