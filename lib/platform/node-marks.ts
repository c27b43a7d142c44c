import type { Cluster, ClusterNode } from '../model/cluster'
import { type Evidence, evidenceOf } from './evidence'

/** Machines that carry a mark (a label or an annotation), as one piece of evidence; null when none does. */
export function markedNodes(cluster: Cluster, mark: 'label' | 'annotation', name: string): Evidence | null {
  const marked = nodesWith(cluster, mark, name)
  const [first] = marked
  if (first === undefined) return null
  const value = marksOf(first, mark).get(name) ?? ''
  const all = cluster.nodes.size
  const who =
    marked.length === all
      ? all === 1
        ? 'The only machine carries'
        : `All ${all} machines carry`
      : `${marked.length} of ${all} machines carry`
  const text = `${who} the ${mark} ${name}${value === '' ? '' : `, ${first.name} with ${short(value)}`}.`
  const object = { kind: 'Node', namespace: null, name: first.name }
  return { ...evidenceOf('annotation', object, text), field: { path: `metadata.${mark}s[${JSON.stringify(name)}]`, value } }
}

export function nodesWith(cluster: Cluster, mark: 'label' | 'annotation', name: string): readonly ClusterNode[] {
  return [...cluster.nodes.values()].filter((node) => marksOf(node, mark).has(name))
}

function marksOf({ meta }: ClusterNode, mark: 'label' | 'annotation'): ReadonlyMap<string, string> {
  return mark === 'label' ? meta.labels : meta.annotations
}

function short(value: string): string {
  return value.length > 60 ? `${value.slice(0, 59)}…` : value
}
