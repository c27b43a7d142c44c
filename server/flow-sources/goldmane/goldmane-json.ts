import type { PolicyHit } from '../calico/policy-hit'
import type { DecodedLine } from '../decoded-line'
import { countOf, type JsonObject, objectOf, textOf, textsOf } from '../json-fields'
import { type GoldmaneEnd, type GoldmaneFlow, type GoldmaneHit, nameOrNull, policyHitOf } from './goldmane-flow'
import { observeGoldmane } from './observe-goldmane'

/** True for a `FlowResult` or `FlowUpdate` of Goldmane in protobuf's JSON form. */
export function isGoldmaneObject(body: JsonObject): boolean {
  return objectOf(flowOf(body)?.Key) !== null
}

function flowOf(body: JsonObject): JsonObject | null {
  return objectOf(body.flow) ?? body
}

/**
 * Decodes a row in protobuf's JSON form, where zero values are left out and 64-bit numbers are texts.
 *
 * @param receivedAt our clock in milliseconds, for a row without times; null refuses it.
 */
export function decodeGoldmaneObject(body: JsonObject, receivedAt: number | null): DecodedLine {
  const flow = flowOf(body)
  const key = objectOf(flow?.Key)
  if (flow === null || key === null) return { kind: 'ignored', reason: 'not-a-flow' }
  const policies = objectOf(key.policies)
  const row: GoldmaneFlow = {
    source: endOf(key, 'source'),
    destination: endOf(key, 'dest'),
    port: portOf(key.dest_port),
    service: serviceOf(key),
    protocol: textOf(key.proto, 16) ?? String(countOf(key.proto) ?? ''),
    reporter: key.reporter === 'Src' ? 'source' : key.reporter === 'Dst' ? 'destination' : null,
    action: key.action === 'Allow' ? 'allow' : key.action === 'Deny' ? 'deny' : null,
    enforced: hitsOf(policies?.enforced_policies),
    pending: hitsOf(policies?.pending_policies),
    startTime: countOf(flow.start_time) ?? 0,
    endTime: countOf(flow.end_time) ?? 0,
    sourceLabels: textsOf(flow.source_labels),
    destinationLabels: textsOf(flow.dest_labels),
    packets: (countOf(flow.packets_in) ?? 0) + (countOf(flow.packets_out) ?? 0),
    bytes: (countOf(flow.bytes_in) ?? 0) + (countOf(flow.bytes_out) ?? 0),
    connectionsStarted: countOf(flow.num_connections_started) ?? 0,
  }
  return observeGoldmane(row, receivedAt)
}

const TYPES: ReadonlyMap<unknown, GoldmaneEnd['type']> = new Map<unknown, GoldmaneEnd['type']>([
  ['WorkloadEndpoint', 'workload'],
  ['HostEndpoint', 'host'],
  ['NetworkSet', 'network-set'],
  ['Network', 'network'],
])

function endOf(key: JsonObject, side: 'source' | 'dest'): GoldmaneEnd {
  return {
    name: nameOrNull(textOf(key[`${side}_name`]) ?? ''),
    namespace: nameOrNull(textOf(key[`${side}_namespace`]) ?? ''),
    type: TYPES.get(key[`${side}_type`]) ?? null,
  }
}

function serviceOf(key: JsonObject): GoldmaneFlow['service'] {
  const name = nameOrNull(textOf(key.dest_service_name) ?? '')
  const namespace = nameOrNull(textOf(key.dest_service_namespace) ?? '')
  return name === null || namespace === null ? null : { namespace, name }
}

export function portOf(value: unknown): number | null {
  const port = countOf(value)
  return port === null || port === 0 || port > 65_535 ? null : port
}

/** Steps kept of one trace; Calico has as many tiers as somebody made. */
const MAX_HITS = 64

function hitsOf(value: unknown): readonly PolicyHit[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, MAX_HITS).flatMap((each) => {
    const hit = goldmaneHitOf(objectOf(each))
    return hit === null ? [] : (policyHitOf(hit) ?? [])
  })
}

/** One step of a trace; null for what is none. */
export function goldmaneHitOf(hit: JsonObject | null, depth = 0): GoldmaneHit | null {
  if (hit === null || depth > 1) return null
  return {
    kind: textOf(hit.kind) ?? '',
    namespace: textOf(hit.namespace) ?? '',
    name: textOf(hit.name) ?? '',
    tier: textOf(hit.tier) ?? '',
    action: textOf(hit.action) ?? '',
    policyIndex: indexOf(hit.policy_index),
    ruleIndex: indexOf(hit.rule_index),
    trigger: goldmaneHitOf(objectOf(hit.trigger), depth + 1),
  }
}

/** A missing index is 0; -1 is written out. */
function indexOf(value: unknown): number {
  return value === '-1' || value === -1 ? -1 : (countOf(value) ?? 0)
}
