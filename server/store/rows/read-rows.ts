import type { Flow, FlowEndpoint, FlowL7, FlowPolicy } from '@/lib/flows/flow'
import { VERDICTS } from '@/lib/flows/flow'
import { rankOf, SOURCE_FAMILIES } from '@/lib/flows/source-rank'
import type { Lane } from '@/lib/flows/window-lanes'
import type { PodRef, PolicyRef, ServiceRef, WorkloadRef } from '@/lib/model/names'
import type { FlowProtocol } from '@/lib/model/protocol'
import type { SqlRow } from '../engine/sql-engine'
import type { FlowPlace } from '../flow-store'
import { FLOW_COLUMNS } from './flow-rows'

/** Ends by their ids. */
export type Ends = ReadonlyMap<string, FlowEndpoint>

/** Columns that name an end. */
export const END_FIELDS = ['id', 'ref', 'namespace', 'workload', 'pod', 'service', 'ip', 'ip_group', 'identity', 'candidates']

const UNKNOWN_END: FlowEndpoint = {
  ref: 'entity:unknown',
  namespace: null,
  workload: null,
  pod: null,
  service: null,
  ip: null,
  group: null,
  identity: 'uncertain',
  candidates: [],
}

/** An end from its row of {@link END_FIELDS}. */
export function readEnd([id, ref, namespace, workload, pod, service, ip, group, identity, candidates]: SqlRow): [string, FlowEndpoint] {
  const end: FlowEndpoint = {
    ref: String(ref),
    namespace: orNull(namespace),
    workload: orNull(workload) as WorkloadRef | null,
    pod: orNull(pod) as PodRef | null,
    service: orNull(service) as ServiceRef | null,
    ip: orNull(ip),
    group: orNull(group),
    identity: identity === 'stated' || identity === 'resolved' ? identity : 'uncertain',
    candidates: Array.isArray(candidates) ? candidates.map(String) : [],
  }
  return [String(id), end]
}

/** What lanes and flows have in common, from values by column. */
export function readLane(value: (column: string) => unknown, ends: Ends, policies: PolicyLists): Omit<Lane, 'edge'> {
  return laneOf([value('dst'), value('src'), value('port'), value('verdict')], readKind(value, policies), ends)
}

/** What the texts of a lane say. */
export type LaneKind = Pick<Lane, 'protocol' | 'reason' | 'policies' | 'reporter'>

export function readKind(value: (column: string) => unknown, policies: PolicyLists): LaneKind {
  return {
    protocol: String(value('protocol')) as FlowProtocol,
    reason: orNull(value('reason')),
    policies: policies.read(String(value('policies'))),
    reporter: String(value('reporter')),
  }
}

/** A lane from the ids of its ends, port, verdict, and what its texts say. */
export function laneOf([dst, src, port, verdict]: readonly unknown[], kind: LaneKind, ends: Ends): Omit<Lane, 'edge'> {
  const { protocol, reason, policies, reporter } = kind
  return {
    source: ends.get(String(src)) ?? UNKNOWN_END,
    destination: ends.get(String(dst)) ?? UNKNOWN_END,
    protocol,
    port: orNone(port),
    verdict: VERDICTS.find((known) => known === verdict) ?? 'unknown',
    reason,
    policies,
    reporter,
  }
}

/** How well the kind of source counts that a sum is of; the last where that was not written. */
export function readRank(family: unknown): number {
  const known = SOURCE_FAMILIES.find((each) => each === family)
  return known === undefined ? SOURCE_FAMILIES.length - 1 : rankOf(known)
}

const PLACE: ReadonlyMap<string, number> = new Map(FLOW_COLUMNS.map((name, index) => [name, index]))

/** Where a stored flow stands in the order of arrival, and which version of it the row is. The slot's time comes behind the columns. */
export function placeOf(row: SqlRow): FlowPlace & { readonly rev: number } {
  const at = (column: string) => Number(row[PLACE.get(column) ?? -1])
  return { slot: Number(row[FLOW_COLUMNS.length]), sequence: at('seq'), writer: at('writer'), rev: at('rev') }
}

/** A flow from its row of `FLOW_COLUMNS`. */
export function readFlow(row: SqlRow, id: string, ends: Ends, policies: PolicyLists): Flow {
  const value = (column: string) => row[PLACE.get(column) ?? -1]
  const time = Number(value('time'))
  const direction = value('direction')
  const computed = value('computed')
  const weight = Number(value('weight'))
  return {
    id,
    time,
    windowTime: time + Number(value('shift')),
    ...readLane(value, ends, policies),
    sourcePort: orNone(value('source_port')),
    rawReason: orNull(value('raw_reason')),
    direction: direction === 'ingress' || direction === 'egress' ? direction : null,
    l7: readL7(String(value('l7')), Number(value('latency'))),
    bytes: orNone(value('bytes')),
    packets: orNone(value('packets')),
    count: Number(value('count')),
    guessedOrder: Number(value('guessed')) === 1,
    node: orNull(value('node')),
    ...(weight > 1 ? { weight } : {}),
    computed: computed === 'allowed' || computed === 'denied' || computed === 'unknown' ? computed : null,
  }
}

/** Lists of policies by their text, so that equal ones are one object. */
export class PolicyLists {
  readonly #known = new Map<string, readonly FlowPolicy[]>()

  read(text: string): readonly FlowPolicy[] {
    if (text === '') return NONE
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const parsed: unknown = JSON.parse(text)
    const list = Array.isArray(parsed) ? parsed.map(readPolicy) : NONE
    this.#known.set(text, list)
    return list
  }
}
const NONE: readonly FlowPolicy[] = []

function readPolicy(written: unknown): FlowPolicy {
  const [policy, rule, confidence] = Array.isArray(written) ? written : []
  return { policy: String(policy) as PolicyRef, rule: orNull(rule), confidence: confidence === 'stated' ? 'stated' : 'inferred' }
}

function readL7(text: string, latency: number): FlowL7 | null {
  if (text === '') return null
  const parsed: unknown = JSON.parse(text)
  const [protocol, type, method, path, code] = Array.isArray(parsed) ? parsed : []
  return {
    protocol: protocol === 'dns' || protocol === 'kafka' || protocol === 'grpc' ? protocol : 'http',
    type: type === 'response' ? 'response' : 'request',
    method: orNull(method),
    path: orNull(path),
    code: orNull(code),
    latencyMs: latency < 0 ? null : latency,
  }
}

function orNull(value: unknown): string | null {
  return value === '' || value === null || value === undefined ? null : String(value)
}

function orNone(value: unknown): number | null {
  const number = Number(value)
  return number < 0 ? null : number
}
