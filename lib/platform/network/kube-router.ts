import type { Cluster } from '../../model/cluster'
import { containerOf, type Daemon, daemonEvidence } from '../daemon'
import { type Evidence, type Fact, fieldEvidence } from '../evidence'
import { configMapEvidence } from '../settings'
import type { Sight, Sighting } from './sighting'

/** kube-router as a DaemonSet: routes, firewall and service proxy are three parts that can each be off. */
export function findKubeRouter({ cluster, daemons }: Sight): readonly Sighting[] {
  const daemon = daemons.find((one) => one.workload.name === 'kube-router' || containerOf(one, 'kube-router') !== null)
  if (daemon === undefined) return remains(cluster)
  const firewall = flagOf(daemon, 'run-firewall')
  const router = flagOf(daemon, 'run-router')
  const routes = router?.value !== 'false'
  const isOff = firewall?.value === 'false'
  return [
    {
      name: 'kube-router',
      state: daemon.state,
      daemons: [daemon],
      evidence: [daemonEvidence(daemon, 'kube-router', cluster), ...flagEvidence(firewall, router)],
      network: routes ? { plugin: 'kube-router', transport: transportOf(daemon), encryption: null, yields: router === null } : null,
      policy: {
        plugin: 'kube-router',
        enforces: isOff ? 'no' : 'yes',
        reason: isOff
          ? 'kube-router runs without its firewall (--run-firewall=false)'
          : 'the firewall of kube-router enforces NetworkPolicy',
        groups: [],
        profile: 'kubernetes',
      },
    },
  ]
}

function remains(cluster: Cluster): readonly Sighting[] {
  const evidence = configMapEvidence(cluster, 'kube-system/kube-router-cfg')
  return evidence.length === 0 ? [] : [{ name: 'kube-router', state: 'remains', daemons: [], evidence, network: null, policy: null }]
}

/** An option of kube-router, with the DaemonSet that gives it; null where the default holds. */
export function flagOf(daemon: Daemon, name: string): Fact | null {
  const value = containerOf(daemon, 'kube-router')?.flags.get(name)
  return value === undefined ? null : { value, from: fieldEvidence('setting', daemon.workload, `--${name}`, value) }
}

function flagEvidence(...flags: readonly (Fact | null)[]): readonly Evidence[] {
  return flags.flatMap((flag) => flag?.from ?? [])
}

function transportOf(daemon: Daemon): Fact | null {
  const overlay = flagOf(daemon, 'enable-overlay')
  if (overlay?.value === 'false') return { value: 'plain routes (BGP)', from: overlay.from }
  const type = flagOf(daemon, 'overlay-type')
  if (type === null) return null
  return { value: type.value === 'full' ? 'IP in IP' : 'IP in IP between subnets, plain routes (BGP) within one', from: type.from }
}
