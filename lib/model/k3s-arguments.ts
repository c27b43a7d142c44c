import type { ClusterNode } from './cluster'

/** Where k3s writes down the words that it was started with. */
export const K3S_ARGUMENTS = 'k3s.io/node-args'

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

/** An option of a server of k3s; null where no server states it. */
export function serverOption(nodes: Iterable<ClusterNode>, name: string): { readonly node: ClusterNode; readonly value: string } | null {
  for (const node of nodes) {
    const words = argumentsOf(node)
    const value = words[0] === 'server' ? optionOf(words, name) : null
    if (value !== null) return { node, value }
  }
  return null
}

/** The values of an option that may stand there several times. */
export function valuesOf(words: readonly string[], name: string): readonly string[] {
  return words.flatMap((word, index) => {
    if (word.startsWith(`--${name}=`)) return [word.slice(name.length + 3)]
    const next = words[index + 1]
    return word === `--${name}` && next !== undefined ? [next] : []
  })
}
