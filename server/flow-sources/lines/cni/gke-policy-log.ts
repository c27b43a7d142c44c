import type { FlowPolicy, ObservedEndpoint } from '@/lib/flows/flow'
import { canonicalAddress } from '@/lib/model/address'
import { policyRef } from '@/lib/model/names'
import type { DecodedLine } from '../../decoded-line'
import { countOf, type JsonObject, objectOf, textOf } from '../../json-fields'
import { NOWHERE } from '../../nowhere'
import type { Envelope, LineFormat } from '../line-format'
import type { LineMemory } from '../line-memory'
import { flowLine, ignored, NO_POLICIES, portOf, protocolOf, rejected } from '../observed-line'
import { readTime } from '../time-text'

const MAX_POLICIES = 16

/** The policy action log of GKE Dataplane V2: `/var/log/network/policy_action.log`, or the same out of Cloud Logging. */
export const GKE_POLICY_LOG: LineFormat = {
  id: 'gke',
  title: 'GKE network policy log',
  proof: 'recorded',
  recognises: (payload) => payload.kind === 'object' && isRecord(payload.body),
  decode: (payload, envelope, memory) =>
    payload.kind === 'object' && isRecord(payload.body) ? decode(payload.body, envelope, memory) : ignored('not-a-flow'),
}

/** An entry of Cloud Logging is read as a whole, because its id stands outside of the record. */
function bodyOf(body: JsonObject): JsonObject {
  return objectOf(body.jsonPayload) ?? body
}

function isRecord(body: JsonObject): boolean {
  const record = bodyOf(body)
  return objectOf(record.connection) !== null && record.disposition !== undefined
}

/**
 * An allowed connection is one line, with the policies that allowed it. Refused ones are gathered for about five seconds
 * (`count`), and no policy is named.
 */
function decode(entry: JsonObject, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  const body = bodyOf(entry)
  const connection = objectOf(body.connection) ?? {}
  const verdict = body.disposition === 'allow' ? 'forwarded' : body.disposition === 'deny' ? 'dropped' : null
  if (verdict === null) return rejected(`disposition: ${textOf(body.disposition, 32) ?? 'missing'} is neither allow nor deny`)
  const source = endOf(body.src, connection.src_ip, memory)
  if (source === null) return rejected('connection.src_ip: no address')
  const destination = endOf(body.dest, connection.dest_ip, memory)
  if (destination === null) return rejected('connection.dest_ip: no address')
  const count = Math.max(1, countOf(body.count) ?? 1)
  const { direction } = connection
  const insertId = textOf(entry.insertId, 128)
  return flowLine(
    {
      source,
      destination,
      protocol: protocolOf(connection.protocol),
      port: portOf(connection.dest_port),
      sourcePort: portOf(connection.src_port),
      verdict,
      reason: verdict === 'dropped' ? 'policy/denied' : null,
      direction: direction === 'ingress' || direction === 'egress' ? direction : null,
      policies: policiesOf(body.policies),
      count,
      uuid: insertId === null ? null : `gke ${insertId}`,
      // A sum of several connections is taken as it is; one connection may be told from both of its ends.
      event: count > 1 ? 'flow' : 'policy-verdict',
      node: textOf(body.node_name) ?? envelope.node,
    },
    readTime(body.timestamp),
    envelope,
  )
}

function endOf(stated: unknown, address: unknown, memory: LineMemory | null): ObservedEndpoint | null {
  const end = objectOf(stated) ?? {}
  const instance = textOf(end.instance)
  const ip = addressOf(address) ?? addressOf(instance)
  if (ip === null) return null
  const pod = textOf(end.pod_name)
  const namespace = textOf(end.pod_namespace) ?? textOf(end.namespace)
  const name = textOf(end.workload_name)
  const kind = textOf(end.workload_kind, 64)
  const isNode = kind === 'Node' || (pod === null && textOf(end.node_name) !== null)
  const host = instance === null || addressOf(instance) !== null ? null : instance
  const make = (): ObservedEndpoint => ({
    ...NOWHERE,
    ip,
    namespace,
    pod,
    workload: name === null || isNode ? null : { name, kind },
    entity: isNode ? 'host' : null,
    names: host === null ? [] : [host],
  })
  return memory === null ? make() : memory.end(`gke ${ip} ${namespace}/${pod} ${kind} ${name} ${isNode} ${host}`, make)
}

function addressOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 64 ? canonicalAddress(value) : null
}

function policiesOf(stated: unknown): readonly FlowPolicy[] {
  if (!Array.isArray(stated)) return NO_POLICIES
  const policies: FlowPolicy[] = []
  for (const entry of stated.slice(0, MAX_POLICIES)) {
    const policy = objectOf(entry)
    const name = textOf(policy?.name)
    if (policy === null || name === null) continue
    const ref = policyRef(textOf(policy.kind, 64) ?? 'NetworkPolicy', textOf(policy.namespace), name)
    policies.push({ policy: ref, rule: null, confidence: 'stated' })
  }
  return policies
}
