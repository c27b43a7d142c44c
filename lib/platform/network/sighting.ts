import type { Cluster } from '../../model/cluster'
import type { Daemon } from '../daemon'
import type { Evidence, Fact } from '../evidence'

/** One network plugin, or one part of it, as a cluster shows it. */
export type Sighting = {
  /** What people call it: `Canal`, also where its parts are of two plugins. */
  readonly name: string
  /** `stopped`: it is installed and none of its pods is ready. `remains`: only traces of it are left. */
  readonly state: 'running' | 'stopped' | 'remains'
  /** Its DaemonSets; empty where it needs none, or none is known. */
  readonly daemons: readonly Daemon[]
  /** What says most first. */
  readonly evidence: readonly Evidence[]
  /** null when it leaves the network to another plugin. */
  readonly network: NetworkPart | null
  /** null when it has nothing to do with policies. */
  readonly policy: PolicyPart | null
}

export type NetworkPart = {
  readonly plugin: string
  /** How packets travel between machines; null when nothing says. */
  readonly transport: Fact | null
  /** Whether packets between machines are encrypted, and how; null when nothing says that they are. */
  readonly encryption: Fact | null
  /** True for a plugin that can also leave the network to another, and does when there is one. */
  readonly yields: boolean
}

export type PolicyPart = {
  readonly plugin: string
  readonly enforces: 'yes' | 'no' | 'unknown'
  /** Why, as the end of a sentence: `Flannel does not enforce NetworkPolicy`. */
  readonly reason: string
  /** API groups of its own policies, beside those of Kubernetes. */
  readonly groups: readonly string[]
  /** Whose rules its policies follow. */
  readonly profile: 'kubernetes' | 'calico' | 'cilium'
}

/** Everything that finding a plugin looks at. */
export type Sight = { readonly cluster: Cluster; readonly daemons: readonly Daemon[] }
