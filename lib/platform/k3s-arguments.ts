import type { Cluster, ClusterNode } from '../model/cluster'
import { K3S_ARGUMENTS, serverOption } from '../model/k3s-arguments'
import type { Fact } from './evidence'

export function isK3s({ meta, kubeletVersion }: ClusterNode): boolean {
  return (
    meta.annotations.has(K3S_ARGUMENTS) ||
    meta.labels.get('node.kubernetes.io/instance-type') === 'k3s' ||
    (kubeletVersion?.includes('+k3s') ?? false)
  )
}

export function isOn(option: string | null): boolean {
  return option !== null && option !== 'false'
}

/** An option of a server of k3s, with the machine that says it; null where none does. */
export function k3sOption(cluster: Cluster, name: string): Fact | null {
  const stated = serverOption(cluster.nodes.values(), name)
  if (stated === null) return null
  const { node, value } = stated
  const text = `Server ${node.name} states --${name}=${value} in its annotation ${K3S_ARGUMENTS}.`
  const field = { path: `metadata.annotations["${K3S_ARGUMENTS}"]`, value: `--${name}=${value}` }
  return { value, from: { strength: 'annotation', text, object: { kind: 'Node', namespace: null, name: node.name }, field } }
}
