import type { Cluster, Container, Pod } from '../../model/cluster'
import { argumentsOf, K3S_ARGUMENTS, valuesOf } from '../../model/k3s-arguments'
import { containerOf, type Daemon, daemonEvidence, daemonsOf } from '../daemon'
import { type Evidence, evidenceOf, type Fact, fieldEvidence, objectOf } from '../evidence'
import { isK3s, k3sOption } from '../k3s-arguments'
import { detectNetwork } from '../network/detect-network'
import { flagOf } from '../network/kube-router'
import { networkObjects, textAt, valueAt } from '../raw-value'
import { firstSetting, settingOf } from '../settings'

/** What turns the address of a Service into that of one of its endpoints, for clients inside the cluster. */
export type ServiceProxy = {
  /** null when none was seen. */
  readonly program: string | null
  /** Such as `iptables`, `ipvs`, `eBPF`; null when nothing says. */
  readonly mode: string | null
  /** How an endpoint is chosen where a Service does not say otherwise; null when nothing says. */
  readonly strategy: Fact | null
  readonly evidence: readonly Evidence[]
}

const NOBODY: ServiceProxy = { program: null, mode: null, strategy: null, evidence: [] }

const known = new WeakMap<Cluster, ServiceProxy>()

/** Recognises the proxy of Services: programs that replace kube-proxy first, because it may be left running beside them. */
export function detectServiceProxy(cluster: Cluster): ServiceProxy {
  const earlier = known.get(cluster)
  if (earlier !== undefined) return earlier
  const daemons = daemonsOf(cluster).filter(({ state }) => state === 'running')
  const found =
    ciliumProxy(cluster, daemons) ??
    calicoProxy(cluster) ??
    ovnProxy(cluster) ??
    kubeProxy(cluster, daemons) ??
    routerProxy(cluster, daemons) ??
    k3sProxy(cluster) ??
    NOBODY
  known.set(cluster, found)
  return found
}

const CILIUM = 'kube-system/cilium-config'

function ciliumProxy(cluster: Cluster, daemons: readonly Daemon[]): ServiceProxy | null {
  const agent = daemons.find((daemon) => containerOf(daemon, 'cilium-agent') !== null || daemon.workload.name === 'cilium')
  if (agent === undefined) return null
  const replaces = settingOf(cluster, CILIUM, 'kube-proxy-replacement')
  const isDataplaneV2 = agent.workload.name === 'anetd'
  if (!isDataplaneV2 && replaces?.value !== 'true' && replaces?.value !== 'strict') return null
  const running = daemonEvidence(agent, isDataplaneV2 ? 'GKE Dataplane V2 (Cilium)' : 'Cilium', cluster)
  const algorithm = settingOf(cluster, CILIUM, 'bpf-lb-algorithm')
  const mode = settingOf(cluster, CILIUM, 'bpf-lb-mode')
  const from = algorithm?.from ?? replaces?.from ?? running
  const strategy =
    algorithm?.value === 'maglev' ? 'Maglev: by hash of addresses and ports, the same on every machine' : 'random for each connection'
  return {
    program: 'Cilium',
    mode: mode === null ? 'eBPF' : `eBPF, answers by ${mode.value.toUpperCase()}`,
    strategy: { value: strategy, from },
    evidence: [running, ...[replaces, algorithm, mode].flatMap((fact) => fact?.from ?? [])],
  }
}

function calicoProxy(cluster: Cluster): ServiceProxy | null {
  const felix = networkObjects(cluster, 'FelixConfiguration', 'projectcalico.org', 'crd.projectcalico.org')
  const on = felix.find((raw) => valueAt(raw, 'spec', 'bpfEnabled') === true)
  const installation = networkObjects(cluster, 'Installation', 'operator.tigera.io').find(
    (raw) => textAt(raw, 'spec', 'calicoNetwork', 'linuxDataplane') === 'BPF',
  )
  const from =
    on !== undefined
      ? fieldEvidence('object', objectOf(on.meta), 'spec.bpfEnabled', 'true')
      : installation === undefined
        ? null
        : fieldEvidence('object', objectOf(installation.meta), 'spec.calicoNetwork.linuxDataplane', 'BPF')
  if (from === null || detectNetwork(cluster).policy.plugin !== 'Calico') return null
  return { program: 'Calico', mode: 'eBPF', strategy: { value: 'random for each connection', from }, evidence: [from] }
}

function ovnProxy(cluster: Cluster): ServiceProxy | null {
  const { network } = detectNetwork(cluster)
  const [from] = network?.plugin === 'OVN-Kubernetes' ? network.evidence : []
  if (from === undefined) return null
  return {
    program: 'OVN-Kubernetes',
    mode: 'load balancers of OVN',
    strategy: { value: 'by hash of addresses, ports and protocol', from },
    evidence: [from],
  }
}

const MODES: ReadonlyMap<string, string> = new Map([
  ['', 'iptables'],
  ['iptables', 'iptables'],
  ['nftables', 'nftables'],
  ['ipvs', 'ipvs'],
  ['kernelspace', 'kernelspace (Windows)'],
])

function kubeProxy(cluster: Cluster, daemons: readonly Daemon[]): ServiceProxy | null {
  const daemon = daemons.find((one) => one.workload.name === 'kube-proxy' || containerOf(one, 'kube-proxy') !== null)
  const pod = daemon === undefined ? staticPod(cluster) : null
  if (daemon === undefined && pod === null) return null
  const running =
    daemon !== undefined
      ? daemonEvidence(daemon, 'kube-proxy', cluster)
      : evidenceOf(
          'running',
          { kind: 'Pod', namespace: 'kube-system', name: pod?.name ?? '' },
          `Pod kube-system/${pod?.name} is kube-proxy.`,
        )
  const container = daemon === undefined ? containerIn(pod, 'kube-proxy') : containerOf(daemon, 'kube-proxy')
  const owner = daemon?.workload ?? { kind: 'Pod', namespace: 'kube-system', name: pod?.name ?? '' }
  // With a file, kube-proxy takes nothing from its options.
  const flag = (name: string): Fact | null => {
    const value = container?.flags.has('config') ? undefined : container?.flags.get(name)
    return value === undefined ? null : { value, from: fieldEvidence('setting', owner, `--${name}`, value) }
  }
  const places = ['kube-system/kube-proxy', 'kube-system/kube-proxy-config']
  const stated = flag('proxy-mode') ?? firstSetting(cluster, places, 'config.conf mode') ?? firstSetting(cluster, places, 'config mode')
  const mode = stated === null ? null : (MODES.get(stated.value) ?? stated.value)
  const scheduler =
    flag('ipvs-scheduler') ??
    firstSetting(cluster, places, 'config.conf ipvs.scheduler') ??
    firstSetting(cluster, places, 'config ipvs.scheduler')
  const evidence = [running, ...(stated === null ? [] : [stated.from]), ...(mode === 'ipvs' && scheduler !== null ? [scheduler.from] : [])]
  return { program: 'kube-proxy', mode, strategy: strategyOf(mode, stated, scheduler), evidence }
}

function strategyOf(mode: string | null, stated: Fact | null, scheduler: Fact | null): Fact | null {
  if (stated === null) return null
  if (mode === 'ipvs')
    return {
      value: ipvsStrategy(scheduler?.value ?? ''),
      from: scheduler !== null && scheduler.value !== '' ? scheduler.from : stated.from,
    }
  return mode === 'iptables' || mode === 'nftables' ? { value: 'random for each connection', from: stated.from } : null
}

const SCHEDULERS: ReadonlyMap<string, string> = new Map([
  ['', 'round robin by connection (IPVS rr, the default)'],
  ['rr', 'round robin by connection (IPVS rr)'],
  ['wrr', 'weighted round robin by connection (IPVS wrr)'],
  ['lc', 'the endpoint with the fewest connections (IPVS lc)'],
  ['wlc', 'the endpoint with the fewest connections, weighted (IPVS wlc)'],
  ['sh', 'by hash of the client address (IPVS sh)'],
  ['dh', 'by hash of the destination address (IPVS dh)'],
  ['mh', 'Maglev: by hash of the client address (IPVS mh)'],
  ['sed', 'the endpoint with the shortest expected delay (IPVS sed)'],
  ['nq', 'an idle endpoint, else the shortest expected delay (IPVS nq)'],
])

export function ipvsStrategy(scheduler: string): string {
  return SCHEDULERS.get(scheduler) ?? `IPVS ${scheduler}`
}

/** GKE runs it as a pod of each machine's own. */
function staticPod(cluster: Cluster): Pod | null {
  for (const pod of cluster.pods.values()) {
    if (pod.namespace === 'kube-system' && pod.labels.get('component') === 'kube-proxy' && pod.ready) return pod
  }
  return null
}

function containerIn(pod: Pod | null, name: string): Container | null {
  return pod?.containers.find((container) => container.name === name) ?? null
}

function routerProxy(cluster: Cluster, daemons: readonly Daemon[]): ServiceProxy | null {
  const daemon = daemons.find((one) => one.workload.name === 'kube-router' || containerOf(one, 'kube-router') !== null)
  if (daemon === undefined) return null
  const flag = flagOf(daemon, 'run-service-proxy')
  if (flag?.value === 'false') return null
  const running = daemonEvidence(daemon, 'kube-router', cluster)
  return {
    program: 'kube-router',
    mode: 'ipvs',
    strategy: { value: ipvsStrategy(''), from: flag?.from ?? running },
    evidence: [running, ...(flag === null ? [] : [flag.from])],
  }
}

/** k3s runs kube-proxy inside its own program. */
function k3sProxy(cluster: Cluster): ServiceProxy | null {
  const node = [...cluster.nodes.values()].find(isK3s)
  if (node === undefined) return null
  const off = k3sOption(cluster, 'disable-kube-proxy')
  if (off !== null && off.value !== 'false') return null
  const object = { kind: 'Node', namespace: null, name: node.name }
  const runs = evidenceOf('running', object, `Machine ${node.name} runs k3s, with kube-proxy inside.`)
  const server = [...cluster.nodes.values()].find((one) => argumentsOf(one)[0] === 'server')
  if (server === undefined) return { program: 'kube-proxy in k3s', mode: null, strategy: null, evidence: [runs] }
  const argument = (name: string): Fact | null => {
    const value = valuesOf(argumentsOf(server), 'kube-proxy-arg').findLast((one) => one.startsWith(`${name}=`))
    if (value === undefined) return null
    const from = fieldEvidence('annotation', objectOf(server.meta), `metadata.annotations["${K3S_ARGUMENTS}"]`, `--kube-proxy-arg=${value}`)
    return { value: value.slice(name.length + 1), from }
  }
  const [stated, scheduler] = [argument('proxy-mode'), argument('ipvs-scheduler')]
  const mode = MODES.get(stated?.value ?? '') ?? stated?.value ?? null
  return {
    program: 'kube-proxy in k3s',
    mode,
    strategy: strategyOf(mode, stated ?? { value: '', from: runs }, scheduler),
    evidence: [runs, ...[stated, mode === 'ipvs' ? scheduler : null].flatMap((fact) => fact?.from ?? [])],
  }
}
