import type { ObservedFlow } from '@/lib/flows/flow'
import type { Connection } from './connections'
import { CONNECTIONS } from './connections'
import { flowRecord } from './flow-record'
import { lookupOf, requestOn } from './requests'
import { burstAt, passengersAt, rushAt } from './rhythm'
import type { Scene } from './scene'
import { chancesOf } from './scene'
import { hashText } from './seeded-random'
import type { DemoEnd } from './verdicts'

/** Share of connections for which the name is asked again. */
const LOOKUP_SHARE = 0.12
/** A workload asks now and then even when it has little to do. */
const LEAST_LOOKUPS_PER_SECOND = 0.04
/** A client that gets no answer tries again: connections, and look-ups even more. */
const REFUSED_FACTOR = 1.8
const UNANSWERED_LOOKUP_FACTOR = 5

const BY_ID: ReadonlyMap<string, Connection> = new Map([...CONNECTIONS, ...nameLookups()].map((connection) => [connection.id, connection]))
const NAMES_ASKED: ReadonlyMap<string, readonly string[]> = namesAsked()

/** Flows of one second of all connections that somebody opens again and again, with the look-ups of names before them. */
export function regularTraffic(scene: Scene): ObservedFlow[] {
  const flows: ObservedFlow[] = []
  for (const connection of BY_ID.values()) addFlows(flows, scene, connection)
  return flows
}

function addFlows(flows: ObservedFlow[], scene: Scene, connection: Connection): void {
  const clients = scene.clients(connection.from)
  const servers = scene.servers(connection.to).filter((end) => connection.ordinal === null || ordinalOf(end) === connection.ordinal)
  if (clients.length === 0 || servers.length === 0) return
  const random = chancesOf(scene, hashText(connection.id))
  const isLookup = connection.id.startsWith('dns ')
  const rate = rateOf(scene, connection)
  const count = scene.isHistory ? alike(rate) : 1
  for (let left = random.events(rate / count); left > 0; left--) {
    const from = clients[random.below(clients.length)]
    const to = servers[random.below(servers.length)]
    if (from === undefined || to === undefined || isSame(from, to)) continue
    const names = NAMES_ASKED.get(connection.from) ?? []
    const l7 = isLookup
      ? lookupOf(names[random.below(names.length)] ?? '', connection.from.split('/')[0] ?? '', random)
      : requestOn(connection, random, (needed) => random.next() >= openShare(scene, needed))
    flows.push(
      flowRecord(
        {
          time: scene.time + random.below(1000),
          from,
          to,
          service: connection.service,
          port: connection.port,
          protocol: connection.protocol,
          verdict: scene.verdict(from, to, connection.port, connection.protocol),
          l7,
          family: connection.ipv6 > 0 && random.next() < connection.ipv6 ? 'IPv6' : 'IPv4',
          phase: 'start',
          count,
        },
        random,
      ),
    )
  }
}

/** How many connections one record of the past stands for: more of the busy ones, so that the rare ones keep their place. */
function alike(perSecond: number): number {
  return Math.max(1, Math.min(10, Math.round(perSecond * 5)))
}

function rateOf(scene: Scene, connection: Connection): number {
  const { perSecond, rhythm, after, id } = connection
  const day = rhythm === 'steady' ? 1 : passengersAt(scene.hour) * rushAt(scene.seed, scene.time)
  const rate = perSecond * day * burstAt(scene.seed, id, scene.time)
  const retries = id.startsWith('dns ') ? UNANSWERED_LOOKUP_FACTOR : REFUSED_FACTOR
  const tried = openShare(scene, id) === 0 ? rate * retries : rate
  return after === null ? tried : tried * (after.rest + (1 - after.rest) * openShare(scene, after.connection))
}

function openShare(scene: Scene, id: string): number {
  const connection = BY_ID.get(id)
  if (connection === undefined) throw new Error(`No connection "${id}" in the demo`)
  return scene.openShare(connection)
}

function ordinalOf(end: DemoEnd): number | null {
  return end.kind === 'pod' ? end.pod.ordinal : null
}

function isSame(a: DemoEnd, b: DemoEnd): boolean {
  return a.kind === 'pod' && b.kind === 'pod' && a.pod === b.pod
}

/** One connection to the name service for every workload that calls others by name: `dns NS/NAME`. */
function nameLookups(): Connection[] {
  const perWorkload = new Map<string, { perSecond: number; rhythm: Connection['rhythm'] }>()
  for (const { from, lookup, perSecond, rhythm } of CONNECTIONS) {
    if (lookup === null) continue
    const sum = (perWorkload.get(from)?.perSecond ?? 0) + perSecond * LOOKUP_SHARE
    perWorkload.set(from, { perSecond: sum, rhythm })
  }
  return [...perWorkload].map(([from, { perSecond, rhythm }]) => ({
    id: `dns ${from}`,
    from,
    to: 'kube-system/coredns',
    port: 53,
    protocol: 'UDP',
    service: 'kube-system/kube-dns',
    perSecond: Math.max(LEAST_LOOKUPS_PER_SECOND, perSecond),
    rhythm,
    speaks: null,
    calls: [],
    latencyMs: 1,
    lookup: null,
    after: null,
    ordinal: null,
    ipv6: 0,
  }))
}

function namesAsked(): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>()
  for (const { from, lookup } of CONNECTIONS) {
    if (lookup !== null) names.set(from, [...(names.get(from) ?? []), lookup])
  }
  return names
}
