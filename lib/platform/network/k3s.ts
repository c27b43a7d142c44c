import type { ClusterNode } from '../../model/cluster'
import { argumentsOf, K3S_ARGUMENTS, optionOf } from '../../model/k3s-arguments'
import { type Evidence, evidenceOf } from '../evidence'
import { isK3s, isOn } from '../k3s-arguments'
import { markedNodes } from '../node-marks'
import { flannelEncryption, flannelTransport } from './flannel'
import type { PolicyPart, Sight, Sighting } from './sighting'

/** k3s, which runs Flannel and the firewall of kube-router inside its own program. */
export function findK3s({ cluster }: Sight): readonly Sighting[] {
  const nodes = [...cluster.nodes.values()].filter(isK3s)
  const [first] = nodes
  if (first === undefined) return []
  const all = nodes.map((node) => ({ node, words: argumentsOf(node) }))
  const servers = all.filter(({ words }) => words[0] === 'server')
  const usesFlannel = !all.some(({ words }) => optionOf(words, 'flannel-backend') === 'none')
  const marks = markedNodes(cluster, 'annotation', 'flannel.alpha.coreos.com/backend-type')
  return [
    {
      name: 'k3s',
      state: 'running',
      daemons: [],
      evidence: [
        evidenceOf('running', node(first), runs(nodes.length, first)),
        ...servers.slice(0, 1).map((server) => argumentEvidence(server.node)),
        ...(usesFlannel && marks !== null ? [marks] : []),
      ],
      network: usesFlannel
        ? { plugin: 'Flannel', transport: flannelTransport(cluster), encryption: flannelEncryption(cluster), yields: marks === null }
        : null,
      policy: policyOf(servers.map(({ words }) => words)),
    },
  ]
}

function policyOf(servers: readonly (readonly string[])[]): PolicyPart {
  const base = { plugin: 'k3s', groups: [], profile: 'kubernetes' } as const
  if (servers.some((words) => isOn(optionOf(words, 'disable-network-policy'))))
    return { ...base, enforces: 'no', reason: 'k3s runs with --disable-network-policy' }
  if (servers.length === 0)
    return {
      ...base,
      enforces: 'unknown',
      reason: 'k3s enforces NetworkPolicy unless its servers are told not to, and no server shows its arguments',
    }
  return { ...base, enforces: 'yes', reason: 'k3s enforces NetworkPolicy itself (the firewall of kube-router, inside its program)' }
}

function runs(count: number, first: ClusterNode): string {
  const version = versionOf(first)
  return count === 1 ? `Machine ${first.name} runs k3s${version}.` : `${count} machines, such as ${first.name}, run k3s${version}.`
}

function versionOf({ kubeletVersion }: ClusterNode): string {
  return kubeletVersion === null ? '' : ` (${kubeletVersion})`
}

/** Only what is of use here: other words may hold tokens. */
function argumentEvidence(server: ClusterNode): Evidence {
  const words = argumentsOf(server)
  const stated = ['flannel-backend', 'disable-network-policy'].flatMap((name) => {
    const value = optionOf(words, name)
    return value === null ? [] : [`--${name}=${value}`]
  })
  const what = stated.length === 0 ? 'neither --flannel-backend nor --disable-network-policy' : stated.join(' and ')
  return {
    strength: 'annotation',
    text: `Server ${server.name} states ${what} in its annotation ${K3S_ARGUMENTS}.`,
    object: node(server),
    field: { path: `metadata.annotations["${K3S_ARGUMENTS}"]`, value: stated.join(' ') },
  }
}

function node({ name }: ClusterNode) {
  return { kind: 'Node', namespace: null, name } as const
}
