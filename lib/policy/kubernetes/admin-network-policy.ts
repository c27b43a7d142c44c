import type { Fields } from '../../model/fields'
import { policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import type { Assumptions } from '../assumptions'
import type { CompiledPolicy, NamedPort } from '../compiled-policy'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import { allowOnly, PolicyFields } from '../policy-fields'
import { type PolicyReading, unreadable } from '../policy-reading'
import {
  type AdminContext,
  type AdminKind,
  hasUnknownField,
  readAdminDirection,
  readPortRange,
  readPriority,
  readProtocol,
  readSinglePort,
  readSubject,
} from './admin-rules'

const ADMIN: AdminKind = {
  actions: new Map([
    ['Allow', 'allow'],
    ['Deny', 'deny'],
    ['Pass', 'pass'],
  ]),
  portsField: 'ports',
  otherProtocols: 'protocol-not-covered',
  maxRules: 100,
  maxPeers: 100,
  readPort,
}

const BASELINE: AdminKind = {
  ...ADMIN,
  actions: new Map([
    ['Allow', 'allow'],
    ['Deny', 'deny'],
  ]),
}

/** Compiles an AdminNetworkPolicy (policy.networking.k8s.io/v1alpha1). */
export function compileAdminNetworkPolicy(raw: RawObject, sets: ConnectionSets, assumptions: Assumptions): PolicyReading {
  return compile(raw, { kind: ADMIN, sets, assumptions })
}

/** Compiles a BaselineAdminNetworkPolicy: the same rules without Pass and without priority, after all NetworkPolicies. */
export function compileBaselineAdminNetworkPolicy(raw: RawObject, sets: ConnectionSets, assumptions: Assumptions): PolicyReading {
  return compile(raw, { kind: BASELINE, sets, assumptions })
}

function compile(raw: RawObject, context: AdminContext): PolicyReading {
  const fields = new PolicyFields(raw)
  const { spec } = fields
  const isBaseline = context.kind === BASELINE
  allowOnly(spec, isBaseline ? ['subject', 'ingress', 'egress'] : ['priority', 'subject', 'ingress', 'egress'])
  if (isBaseline && raw.meta.name !== 'default') {
    fields.root.problemAt(['metadata', 'name'], `the API server takes one object only, named default, not ${raw.meta.name}`)
  }
  const policy: CompiledPolicy = {
    ref: policyRef(raw.meta.kind, null, raw.meta.name),
    kind: raw.meta.kind,
    namespace: null,
    name: raw.meta.name,
    raw,
    tier: isBaseline ? 'Baseline' : 'Admin',
    order: isBaseline ? 0 : readPriority(spec),
    subject: readSubject(spec),
    ingress: readAdminDirection('ingress', spec, context),
    egress: readAdminDirection('egress', spec, context),
  }
  return { policy: fields.isUnderstood ? policy : unreadable(policy, context.sets), problems: fields.problems }
}

/** `portNumber`, `portRange` or `namedPort`; null for anything newer. */
function readPort(item: Fields, sets: ConnectionSets): ConnectionSetId | NamedPort | null {
  const keys = item.keys().filter((key) => item.has(key))
  const [only] = keys
  if (keys.length !== 1) {
    item.problem(keys[1] ?? 'portNumber', 'a port has exactly one field')
    return null
  }
  switch (only) {
    case 'portNumber': {
      const number = item.object('portNumber')
      if (hasUnknownField(number, ['protocol', 'port'])) return null
      return readSinglePort(number, 'port', readProtocol(number), sets)
    }
    case 'portRange': {
      const range = item.object('portRange')
      if (hasUnknownField(range, ['protocol', 'start', 'end'])) return null
      return readPortRange(range, readProtocol(range), sets)
    }
    case 'namedPort': {
      const name = item.string('namedPort')
      return name === null ? null : { name, protocol: null }
    }
    default:
      item.warning(only ?? 'portNumber', 'unknown port field; the rule fails closed')
      return null
  }
}
