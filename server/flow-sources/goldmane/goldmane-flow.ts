import type { CalicoEndType } from '../calico/calico-end'
import type { PolicyHit } from '../calico/policy-hit'

/** One end. Empty names and `-` are null. */
export type GoldmaneEnd = {
  /** Pod, or `PREFIX-*` for all pods that one controller made; machine and interface; set; `pub` or `pvt` for a network. */
  readonly name: string | null
  readonly namespace: string | null
  readonly type: CalicoEndType | null
}

/** One row of Goldmane, from its protobuf or JSON form: what one side saw of one kind of connection in one time bucket. */
export type GoldmaneFlow = {
  readonly source: GoldmaneEnd
  readonly destination: GoldmaneEnd
  readonly port: number | null
  readonly service: { readonly namespace: string; readonly name: string } | null
  /** As Calico writes it: `tcp`, or a number. */
  readonly protocol: string
  readonly reporter: 'source' | 'destination' | null
  readonly action: 'allow' | 'deny' | null
  readonly enforced: readonly PolicyHit[]
  readonly pending: readonly PolicyHit[]
  /** Seconds since the epoch. */
  readonly startTime: number
  readonly endTime: number
  readonly sourceLabels: readonly string[]
  readonly destinationLabels: readonly string[]
  readonly packets: number
  readonly bytes: number
  readonly connectionsStarted: number
}

/** A step of the trace as Goldmane has it; `kind` is the name of its enum. */
export type GoldmaneHit = {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly tier: string
  readonly action: string
  readonly policyIndex: number
  readonly ruleIndex: number
  /** For the end of a tier: the policy that selected the pod, so that the tier's default applied. */
  readonly trigger: GoldmaneHit | null
}

const KINDS: ReadonlyMap<string, PolicyHit['kind']> = new Map<string, PolicyHit['kind']>([
  ['CalicoNetworkPolicy', 'NetworkPolicy'],
  ['GlobalNetworkPolicy', 'GlobalNetworkPolicy'],
  ['StagedNetworkPolicy', 'StagedNetworkPolicy'],
  ['StagedGlobalNetworkPolicy', 'StagedGlobalNetworkPolicy'],
  ['StagedKubernetesNetworkPolicy', 'StagedKubernetesNetworkPolicy'],
  ['NetworkPolicy', 'NetworkPolicy'],
  ['Profile', 'Profile'],
  ['ClusterNetworkPolicy', 'ClusterNetworkPolicy'],
])

const ACTIONS: ReadonlyMap<string, PolicyHit['action']> = new Map([
  ['Allow', 'allow'],
  ['Deny', 'deny'],
  ['Pass', 'pass'],
])

/**
 * The step in the form that all of Calico's formats share; null for one that names no policy. The end of a tier is the
 * step of the policy that led there, with rule -1.
 */
export function policyHitOf(hit: GoldmaneHit): PolicyHit | null {
  const named = hit.kind === 'EndOfTier' ? hit.trigger : hit
  if (named === null) return null
  const kind = KINDS.get(named.kind)
  const action = ACTIONS.get(hit.action)
  if (kind === undefined || action === undefined || named.name === '') return null
  return {
    index: hit.policyIndex,
    tier: hit.tier,
    kind,
    namespace: named.namespace === '' ? null : named.namespace,
    name: named.name,
    action,
    rule: hit.kind === 'EndOfTier' ? -1 : hit.ruleIndex,
  }
}

/** Names that mean "none". */
export function nameOrNull(name: string): string | null {
  return name === '' || name === '-' ? null : name
}
