import { createHash } from 'node:crypto'
import type { ObservedEndpoint } from '@/lib/flows/flow'
import { canonicalAddress } from '@/lib/model/address'
import { type CalicoEndType, endOfCalico } from '../../calico/calico-end'
import { type PolicyHit, parsePolicyHit } from '../../calico/policy-hit'
import { traceOutcome } from '../../calico/policy-trace'
import type { DecodedLine } from '../../decoded-line'
import { countOf, type JsonObject, objectOf, textOf, textsOf } from '../../json-fields'
import type { Envelope, LineFormat } from '../line-format'
import type { LineMemory } from '../line-memory'
import { flowLine, ignored, portOf, protocolOf, rejected } from '../observed-line'

/** Flow logs of Calico Enterprise and Cloud: one line for each end that reports, for each window of some minutes. */
export const CALICO_FLOW_LOG: LineFormat = {
  id: 'calico',
  title: 'Calico flow log',
  proof: 'recorded',
  recognises: (payload) => payload.kind === 'object' && isFlowLog(payload.body),
  decode: (payload, envelope, memory) =>
    payload.kind === 'object' && isFlowLog(payload.body) ? decode(payload.body, envelope, memory) : ignored('not-a-flow'),
}

const MAX_HITS = 64

function isFlowLog(body: JsonObject): boolean {
  return body.reporter !== undefined && (body.source_name_aggr !== undefined || (TYPES.has(body.source_type) && TYPES.has(body.dest_type)))
}

function decode(body: JsonObject, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  const source = endOf(body, 'source', memory)
  const destination = endOf(body, 'dest', memory)
  if (source === null || destination === null) return rejected('source_type and dest_type: neither wep, hep, ns nor net')
  const action = body.action === 'allow' || body.action === 'deny' ? body.action : null
  const reporter = reporterOf(body.reporter)
  const direction = reporter === 'dst' ? 'ingress' : reporter === 'src' ? 'egress' : null
  const traces = readTraces(objectOf(body.policies))
  const outcome = traceOutcome(action, traces.enforced, traces.pending, direction)
  const counts = isCountedHere(reporter, body)
  const started = countOf(body.num_flows_started) ?? 0
  const flows = countOf(body.num_flows) ?? 0
  const isNew = counts && (action === 'deny' || started > 0 || body.num_flows_started === undefined)
  return flowLine(
    {
      source,
      destination,
      protocol: protocolOf(body.proto),
      port: portOf(body.dest_port) ?? portOf(body.dest_port_num),
      sourcePort: portOf(body.source_port) ?? portOf(body.source_port_num),
      ...outcome,
      rawReason: action === null ? textOf(body.action, 32) : null,
      direction,
      bytes: counts ? sum(body.bytes_in, body.bytes_out) : null,
      packets: counts ? sum(body.packets_in, body.packets_out) : null,
      count: Math.max(1, action === 'deny' ? flows : started),
      uuid: rowId(body),
      event: 'flow',
      // What the other end counts, or what was open before, adds what it knows and no connection.
      phase: isNew ? 'start' : 'later',
      node: textOf(body.host) ?? envelope.node,
    },
    secondsOf(body.end_time) ?? secondsOf(body.start_time),
    envelope,
  )
}

type Reporter = 'src' | 'dst'

/** The end that reports: `dst, fwd` is a callee whose machine passed the packets on. A machine that only did (`fwd`) is none. */
function reporterOf(value: unknown): Reporter | null {
  const words = textOf(value, 32)?.split(',', 4) ?? []
  for (const word of words) {
    const reporter = word.trim()
    if (reporter === 'dst' || reporter === 'src') return reporter
  }
  return null
}

/** What tells a row from the other rows of its window on its machine: a log shipper may send it twice. */
const ROW_KEYS = [
  ...['start_time', 'end_time', 'host', 'reporter', 'action', 'proto', 'process_name', 'process_id'],
  ...['source_type', 'source_ip', 'source_name', 'source_name_aggr', 'source_namespace', 'source_port', 'source_port_num'],
  ...['dest_type', 'dest_ip', 'dest_name', 'dest_name_aggr', 'dest_namespace', 'dest_port', 'dest_port_num'],
  ...['dest_service_name', 'dest_service_namespace', 'dest_service_port', 'dest_service_port_name', 'dest_service_port_num'],
] as const

const POLICY_LISTS = ['all_policies', 'enforced_policies', 'pending_policies', 'transit_policies'] as const

/** Null for a row without a window, which may be any. */
function rowId(body: JsonObject): string | null {
  if (secondsOf(body.start_time) === null) return null
  const policies = objectOf(body.policies)
  const values = ROW_KEYS.map((each) => (typeof body[each] === 'number' ? body[each] : textOf(body[each])))
  const key = JSON.stringify([values, POLICY_LISTS.map((each) => textsOf(policies?.[each], MAX_HITS))])
  return `calico ${createHash('sha1').update(key).digest('base64')}`
}

/**
 * The end that counts a connection: the callee's, which sees what came through and what it refuses itself; the caller's where it
 * refuses (then the callee never sees it) and where the callee is no end that reports.
 */
function isCountedHere(reporter: Reporter | null, { action, dest_type: callee }: JsonObject): boolean {
  if (reporter === 'dst') return true
  return reporter === 'src' && (action === 'deny' || (callee !== 'wep' && callee !== 'hep'))
}

const TYPES: ReadonlyMap<unknown, CalicoEndType> = new Map<unknown, CalicoEndType>([
  ['wep', 'workload'],
  ['hep', 'host'],
  ['ns', 'network-set'],
  ['net', 'network'],
])

function endOf(body: JsonObject, side: 'source' | 'dest', memory: LineMemory | null): ObservedEndpoint | null {
  const type = TYPES.get(body[`${side}_type`])
  if (type === undefined) return null
  const address = textOf(body[`${side}_ip`], 64)
  const ip = address === null ? null : canonicalAddress(address)
  const name = stated(body[`${side}_name`])
  const aggregate = stated(body[`${side}_name_aggr`])
  const namespace = stated(body[`${side}_namespace`])
  const labels = textsOf(objectOf(body[`${side}_labels`])?.labels)
  const names = side === 'dest' ? textsOf(body.dest_domains, 8) : []
  const service = side === 'dest' ? stated(body.dest_service_name) : null
  const serviceNamespace = stated(body.dest_service_namespace)
  const make = (): ObservedEndpoint =>
    endOfCalico(
      { type, name, aggregate, namespace },
      { ip, names, labels, service: service === null || serviceNamespace === null ? null : { namespace: serviceNamespace, name: service } },
    )
  if (memory === null || labels.length > 0 || names.length > 0) return make()
  return memory.end(`calico ${type} ${ip} ${namespace}/${name}/${aggregate} ${serviceNamespace}/${service}`, make)
}

/** `-` says that there is none. */
function stated(value: unknown): string | null {
  const text = textOf(value)
  return text === '-' ? null : text
}

/** The trace that decided and the one with staged policies. Old logs have both in one list. */
function readTraces(policies: JsonObject | null): { readonly enforced: readonly PolicyHit[]; readonly pending: readonly PolicyHit[] } {
  if (policies === null) return { enforced: [], pending: [] }
  const all = hitsOf(policies.all_policies)
  return {
    enforced: policies.enforced_policies === undefined ? all.filter((hit) => !isStaged(hit)) : hitsOf(policies.enforced_policies),
    pending: policies.pending_policies === undefined ? all : hitsOf(policies.pending_policies),
  }
}

function hitsOf(value: unknown): readonly PolicyHit[] {
  return textsOf(value, MAX_HITS)
    .map(parsePolicyHit)
    .filter((hit) => hit !== null)
}

function isStaged({ kind }: PolicyHit): boolean {
  return kind.startsWith('Staged')
}

function sum(a: unknown, b: unknown): number | null {
  const [first, second] = [countOf(a), countOf(b)]
  return first === null && second === null ? null : (first ?? 0) + (second ?? 0)
}

function secondsOf(value: unknown): number | null {
  const seconds = countOf(value)
  return seconds === null || seconds === 0 || seconds > 1e11 ? null : seconds * 1_000
}
