import type { Fields } from '../../model/fields'
import { policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import type { Protocol } from '../../model/protocol'
import type { Assumptions } from '../assumptions'
import type { CompiledPolicy, NamedPort } from '../compiled-policy'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import { allowOnly, PolicyFields } from '../policy-fields'
import { type PolicyReading, unreadable } from '../policy-reading'
import {
  type AdminKind,
  hasUnknownField,
  readAdminDirection,
  readPortRange,
  readPriority,
  readSinglePort,
  readSubject,
} from './admin-rules'

const KIND: AdminKind = {
  actions: new Map([
    ['Accept', 'allow'],
    ['Deny', 'deny'],
    ['Pass', 'pass'],
  ]),
  portsField: 'protocols',
  otherProtocols: 'yes',
  maxRules: 25,
  maxPeers: 25,
  readPort,
}

const TRANSPORTS: ReadonlyMap<string, Protocol> = new Map([
  ['tcp', 'TCP'],
  ['udp', 'UDP'],
  ['sctp', 'SCTP'],
])

/** Compiles a ClusterNetworkPolicy (policy.networking.k8s.io/v1alpha2) of either tier. */
export function compileClusterNetworkPolicy(raw: RawObject, sets: ConnectionSets, assumptions: Assumptions): PolicyReading {
  const fields = new PolicyFields(raw)
  const { spec } = fields
  const context = { kind: KIND, sets, assumptions }
  allowOnly(spec, ['tier', 'priority', 'subject', 'ingress', 'egress'])
  const tier = spec.string('tier')
  if (tier !== 'Admin' && tier !== 'Baseline') spec.problem('tier', 'must be Admin or Baseline')
  const policy: CompiledPolicy = {
    ref: policyRef('ClusterNetworkPolicy', null, raw.meta.name),
    kind: 'ClusterNetworkPolicy',
    namespace: null,
    name: raw.meta.name,
    raw,
    tier: tier === 'Baseline' ? 'Baseline' : 'Admin',
    order: readPriority(spec),
    subject: readSubject(spec),
    ingress: readAdminDirection('ingress', spec, context),
    egress: readAdminDirection('egress', spec, context),
  }
  return { policy: fields.isUnderstood ? policy : unreadable(policy, sets), problems: fields.problems }
}

/** `tcp`, `udp` or `sctp` with an optional `destinationPort`, or `destinationNamedPort`; null for anything newer. */
function readPort(item: Fields, sets: ConnectionSets): ConnectionSetId | NamedPort | null {
  const keys = item.keys().filter((key) => item.has(key))
  const [only] = keys
  if (only === undefined || keys.length > 1) {
    item.problem(keys[1] ?? 'tcp', 'a protocol has exactly one field')
    return null
  }
  if (only === 'destinationNamedPort') {
    const name = item.string(only)
    return name === null ? null : { name, protocol: null }
  }
  const protocol = TRANSPORTS.get(only)
  if (protocol === undefined) {
    item.warning(only, 'unknown protocol field; the rule fails closed')
    return null
  }
  return readTransport(item.object(only), protocol, sets)
}

function readTransport(transport: Fields, protocol: Protocol, sets: ConnectionSets): ConnectionSetId | null {
  if (hasUnknownField(transport, ['destinationPort'])) return null
  if (!transport.has('destinationPort')) return sets.range(protocol, 1, 65_535)
  const port = transport.object('destinationPort')
  if (hasUnknownField(port, ['number', 'range'])) return null
  if (!port.has('range')) return readSinglePort(port, 'number', protocol, sets)
  if (port.has('number')) port.problem('range', 'excludes number')
  const range = port.object('range')
  return hasUnknownField(range, ['start', 'end']) ? null : readPortRange(range, protocol, sets)
}
