import type { FlowL7 } from '@/lib/flows/flow'
import type { Call, Connection } from './connections'
import type { SeededRandom } from './seeded-random'

/** Share of requests that fail for reasons of their own. */
const NOT_FOUND_SHARE = 0.015
const FAULT_SHARE = 0.003

/** A client waits this long for a backend that never answers. */
const GIVE_UP_MS = 10_000

/** One request on a connection and its answer; null where the source does not look inside. `isCut` tells whether what a call needs is refused. */
export function requestOn(connection: Connection, random: SeededRandom, isCut: (needed: string) => boolean): FlowL7 | null {
  if (connection.speaks === null) return null
  const call = pickCall(connection.calls, random)
  if (call === null) return null
  const path = call.path.replaceAll('#', () => String(10_000 + random.below(90_000)))
  const latencyMs = Math.round(connection.latencyMs * (0.5 + 0.5 * -Math.log(1 - random.next())) * 10) / 10
  if (call.needs !== undefined && isCut(call.needs)) {
    const latency = GIVE_UP_MS + random.below(200)
    return { protocol: connection.speaks, type: 'response', method: call.method, path, code: '504', latencyMs: latency }
  }
  const code = connection.speaks === 'grpc' ? grpcCode(random) : httpCode(call, random)
  return { protocol: connection.speaks, type: 'response', method: call.method, path, code, latencyMs }
}

function pickCall(calls: readonly Call[], random: SeededRandom): Call | null {
  const total = calls.reduce((sum, call) => sum + call.weight, 0)
  let left = random.next() * total
  for (const call of calls) {
    left -= call.weight
    if (left < 0) return call
  }
  return null
}

function httpCode(call: Call, random: SeededRandom): string {
  const chance = random.next()
  if (chance < FAULT_SHARE) return '500'
  if (chance < FAULT_SHARE + NOT_FOUND_SHARE && call.path.includes('#')) return '404'
  return call.method === 'POST' ? '201' : call.method === 'PUT' ? '204' : '200'
}

function grpcCode(random: SeededRandom): string {
  return random.next() < FAULT_SHARE ? 'DEADLINE_EXCEEDED' : 'OK'
}

/** Share of look-ups of outside names that first try the cluster's own domains: the search list of every pod. */
const SEARCH_LIST_SHARE = 0.35
const IPV6_QUERY_SHARE = 0.3

/** A question to the cluster's name service. */
export function lookupOf(name: string, namespace: string, random: SeededRandom): FlowL7 {
  const method = random.next() < IPV6_QUERY_SHARE ? 'AAAA' : 'A'
  const latencyMs = Math.round((0.2 + random.next()) * 10) / 10
  if (!name.endsWith('.cluster.local') && random.next() < SEARCH_LIST_SHARE) {
    const path = `${name}.${namespace}.svc.cluster.local.`
    return { protocol: 'dns', type: 'response', method, path, code: 'NXDOMAIN', latencyMs }
  }
  return { protocol: 'dns', type: 'response', method, path: `${name}.`, code: 'NOERROR', latencyMs }
}
