import type { Cluster, ClusterNode } from '../model/cluster'
import type { Fact } from './evidence'

/** Where k3s writes down the words that it was started with. */
export const K3S_ARGUMENTS = 'k3s.io/node-args'

export function isK3s({ meta, kubeletVersion }: ClusterNode): boolean {
  return (
    meta.annotations.has(K3S_ARGUMENTS) ||
    meta.labels.get('node.kubernetes.io/instance-type') === 'k3s' ||
    (kubeletVersion?.includes('+k3s') ?? false)
  )
}

/** The words that k3s writes down as a JSON list: `["server","--flannel-backend","none"]`. */
export function argumentsOf({ meta }: ClusterNode): readonly string[] {
  try {
    const words: unknown = JSON.parse(meta.annotations.get(K3S_ARGUMENTS) ?? '[]')
    return Array.isArray(words) ? words.filter((word) => typeof word === 'string') : []
  } catch {
    return []
  }
}

/** `--name=value`, `--name value`, `--name`; null when it is not there. The last one counts. */
export function optionOf(words: readonly string[], name: string): string | null {
  const at = words.findLastIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`))
  const word = words[at]
  if (word === undefined) return null
  if (word.includes('=')) return word.slice(word.indexOf('=') + 1)
  const next = words[at + 1]
  return next === undefined || next.startsWith('-') ? 'true' : next
}

export function isOn(option: string | null): boolean {
  return option !== null && option !== 'false'
}

/** An option of a server of k3s, with the machine that says it; null where none does. */
export function k3sOption(cluster: Cluster, name: string): Fact | null {
  for (const node of cluster.nodes.values()) {
    const words = argumentsOf(node)
    const value = words[0] === 'server' ? optionOf(words, name) : null
    if (value === null) continue
    const text = `Server ${node.name} states --${name}=${value} in its annotation ${K3S_ARGUMENTS}.`
    const field = { path: `metadata.annotations["${K3S_ARGUMENTS}"]`, value: `--${name}=${value}` }
    return { value, from: { strength: 'annotation', text, object: { kind: 'Node', namespace: null, name: node.name }, field } }
  }
  return null
}
