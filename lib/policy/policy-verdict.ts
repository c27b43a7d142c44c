/** Why the policies cannot tell. Stable codes, documented in docs/verdicts.md. */
export type UnknownReason =
  | 'fqdn-rule'
  | 'l7-rule'
  | 'host-network'
  | 'unresolved-named-port'
  | 'unknown-endpoint'
  | 'unsupported-kind'
  | 'policies-not-read'
  | 'namespace-not-read'
  | 'unsupported-policy'
  | 'equal-priority'
  | 'nat-dependent'
  | 'protocol-not-covered'
  | 'host-endpoint'
  | 'authentication-required'
  | 'cloud-group'
  | 'source-port'
  | 'mesh-membership'
  | 'mesh-waypoint'
  | 'external-authorizer'

/** What the policies say: computed, never observed. */
export type PolicyVerdict = 'allowed' | 'denied' | 'unknown'
