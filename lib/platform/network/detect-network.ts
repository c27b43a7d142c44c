import type { Cluster } from '../../model/cluster'
import { daemonsOf, machinesWithout } from '../daemon'
import type { Evidence } from '../evidence'
import { findCalico, findCanal } from './calico'
import { findCilium } from './cilium'
import { findAws, findManaged } from './clouds'
import { findFlannel } from './flannel'
import { findK3s } from './k3s'
import { findKubeRouter } from './kube-router'
import { findOvn } from './open-shift'
import { findOtherPlugins } from './other-plugins'
import type { NetworkPart, PolicyPart, Sight, Sighting } from './sighting'

/** Which plugins carry the packets of a cluster and which enforce its policies, and how that is known. */
export type NetworkPlugins = {
  /** As people call the whole: `Canal`, `Calico policy over Flannel`; null when nothing was seen. */
  readonly name: string | null
  /** Who gives pods their addresses and carries their packets; null when that was not seen. */
  readonly network: (NetworkPart & { readonly evidence: readonly Evidence[] }) | null
  readonly policy: Omit<PolicyPart, 'plugin'> & {
    readonly plugin: string | null
    readonly evidence: readonly Evidence[]
    /** Machines on which nobody of it is ready, where that can be told. */
    readonly missingOn: readonly string[]
  }
  /** Plugins that are installed and do not run, or of which only traces are left. */
  readonly leftovers: readonly { readonly name: string; readonly state: 'stopped' | 'remains'; readonly evidence: readonly Evidence[] }[]
}

/** One that enforces counts before one that does not: policies are often enforced over the network of another. */
const FINDERS: readonly ((sight: Sight) => readonly Sighting[])[] = [
  findCanal,
  findCalico,
  findCilium,
  findOvn,
  findOtherPlugins,
  findKubeRouter,
  findK3s,
  findAws,
  findManaged,
  findFlannel,
]

const known = new WeakMap<Cluster, NetworkPlugins>()

/** Recognises the network plugins of a cluster by what runs, then by what is left of others. */
export function detectNetwork(cluster: Cluster): NetworkPlugins {
  const earlier = known.get(cluster)
  if (earlier !== undefined) return earlier
  const found = recognise(cluster)
  known.set(cluster, found)
  return found
}

function recognise(cluster: Cluster): NetworkPlugins {
  const sight: Sight = { cluster, daemons: daemonsOf(cluster) }
  const sightings = FINDERS.flatMap((find) => find(sight))
  const running = sightings.filter(({ state }) => state === 'running')
  const network = networkOf(running)
  const policy = policyOf(running, sightings, cluster)
  return {
    name: nameOf(network, policy),
    network: network?.network == null ? null : { ...network.network, evidence: network.evidence },
    policy: { ...policy.part, evidence: policy.sighting?.evidence ?? [], missingOn: missingOn(policy, cluster) },
    leftovers: leftoversOf(sightings, network?.name === 'k3s'),
  }
}

/** A plugin that only carries packets counts before one that could do it too and leaves it to others where there are any. */
function networkOf(running: readonly Sighting[]): Sighting | null {
  const able = running.filter(({ network }) => network !== null)
  return able.find(({ network }) => network?.yields === false) ?? able[0] ?? null
}

type Chosen = { readonly sighting: Sighting | null; readonly part: Omit<PolicyPart, 'plugin'> & { readonly plugin: string | null } }

function policyOf(running: readonly Sighting[], all: readonly Sighting[], cluster: Cluster): Chosen {
  const chosen = ['yes', 'unknown', 'no'].flatMap((answer) => running.find(({ policy }) => policy?.enforces === answer) ?? [])[0] ?? null
  if (chosen === null || chosen.policy === null) return { sighting: null, part: unseen(all) }
  const { policy } = chosen
  if (policy.enforces !== 'no') return { sighting: chosen, part: policy }
  const stopped = all.find((sighting) => sighting.state === 'stopped' && sighting.policy?.enforces === 'yes')
  if (stopped?.policy != null) {
    const reason = `${stopped.name} is installed, and none of its pods is ready; ${policy.reason}`
    return { sighting: stopped, part: { ...stopped.policy, enforces: 'unknown', reason } }
  }
  if (!cluster.unread.has('apps/DaemonSet')) return { sighting: chosen, part: policy }
  return { sighting: chosen, part: { ...policy, enforces: 'unknown', reason: `${policy.reason}, but not all DaemonSets could be read` } }
}

/** A machine needs one of them: an installation may have a DaemonSet for each kind of machine. */
function missingOn({ sighting, part }: Chosen, cluster: Cluster): readonly string[] {
  const [first, ...rest] = part.enforces === 'yes' ? (sighting?.daemons ?? []) : []
  if (first === undefined) return []
  return rest.reduce(
    (missing, daemon) => {
      const without = new Set(machinesWithout(daemon, cluster))
      return missing.filter((machine) => without.has(machine))
    },
    machinesWithout(first, cluster),
  )
}

function unseen(all: readonly Sighting[]): Chosen['part'] {
  const base = { groups: [], profile: 'kubernetes', enforces: 'unknown' } as const
  const stopped = all.find(({ state, policy }) => state === 'stopped' && policy !== null)
  if (stopped?.policy != null)
    return { ...stopped.policy, enforces: 'unknown', reason: `${stopped.name} is installed, and none of its pods is ready` }
  const [left] = all
  if (left !== undefined) return { ...base, plugin: null, reason: `only traces of ${left.name} were seen, and nothing that runs` }
  return { ...base, plugin: null, reason: 'no network plugin was seen' }
}

function nameOf(network: Sighting | null, { sighting, part }: Chosen): string | null {
  if (sighting?.state !== 'running' || part.plugin === null || part.enforces === 'no') return network?.name ?? null
  if (network?.network == null) return sighting.name
  // Canal is the name of a pair.
  const isOne = network === sighting && (network.name === 'Canal' || network.name === part.plugin)
  return isOne ? network.name : `${part.plugin} policy over ${network.network.plugin}`
}

/** k3s runs Flannel inside itself, so that marks of Flannel are no leftovers there. */
function leftoversOf(sightings: readonly Sighting[], isInK3s: boolean): NetworkPlugins['leftovers'] {
  const isRunning = new Set(sightings.filter(({ state }) => state === 'running').flatMap(({ name, network }) => [name, network?.plugin]))
  return sightings.flatMap(({ name, state, evidence }) => {
    if (state === 'running' || isRunning.has(name) || (isInK3s && name === 'Flannel')) return []
    return [{ name, state, evidence }]
  })
}
