import type { SeededRandom } from '@/server/demo/seeded-random'
import type { ForgedPod, ForgedService, World } from './world'

/** One connection as it really happened. */
export type TrueConnection = {
  readonly id: number
  readonly at: number
  readonly client: ForgedPod
  readonly clientPort: number
  /** The pod that was reached, or the address outside. */
  readonly server: ForgedPod | string
  /** The Service that the client addressed; null when it addressed the server itself. */
  readonly service: ForgedService | null
  readonly port: number
  readonly isAllowed: boolean
}

const PORTS = [8080, 9090, 5432, 443]
const FIRST_CLIENT_PORT = 32_768
const CLIENT_PORTS = 28_000

/** Who talked to whom: only pods that live, mostly over a few pairs, some of them refused every time. */
export function forgeTruth(world: World, random: SeededRandom, count: number): readonly TrueConnection[] {
  const connections: TrueConnection[] = []
  const nextPort = new Map<string, number>()
  while (connections.length < count) {
    const at = world.start + 5_000 + random.below(world.end - world.start - 5_000)
    const client = pick(livingAt(world, at), random)
    if (client === null) continue
    const goesOut = random.below(8) === 0
    const service = !goesOut && random.below(3) === 0 ? pick(world.services, random) : null
    const server = goesOut ? pick(world.outside, random) : pick(serversAt(world, at, service, client), random)
    if (server === null) continue
    const port = service === null ? (pick(PORTS, random) ?? 443) : 8080
    // Whether it is allowed depends on the workloads alone, as it does with policies.
    const isAllowed = !isRefused(client, server, port)
    const address = typeof server === 'string' ? server : server.ip
    const key = `${client.ip} ${address} ${port}`
    const clientPort = nextPort.get(key) ?? FIRST_CLIENT_PORT + random.below(CLIENT_PORTS)
    nextPort.set(key, FIRST_CLIENT_PORT + ((clientPort - FIRST_CLIENT_PORT + 1) % CLIENT_PORTS))
    connections.push({ id: connections.length, at, client, clientPort, server, service, port, isAllowed })
  }
  return connections.sort((a, b) => a.at - b.at)
}

/** A pod is not used in the last moments of its life, in which its answers would come too late to be its own. */
function livingAt({ pods }: World, at: number): readonly ForgedPod[] {
  return pods.filter(({ from, to }) => from <= at && at + 50 < to)
}

function serversAt(world: World, at: number, service: ForgedService | null, client: ForgedPod): readonly ForgedPod[] {
  return livingAt(world, at).filter((pod) => pod.ip !== client.ip && (service === null || pod.workload === service.workload))
}

function isRefused(client: ForgedPod, server: ForgedPod | string, port: number): boolean {
  const to = typeof server === 'string' ? server : server.workload
  let hash = port
  for (const letter of `${client.workload}>${to}`) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0
  return hash % 7 === 0
}

function pick<Item>(items: readonly Item[], random: SeededRandom): Item | null {
  return items[random.below(items.length)] ?? null
}
