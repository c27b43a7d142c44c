import { type EdgeLook, edgeLook } from '@/components/graph/edge-look'
import { edgePort, RELATION_WORDS, STATE_WORDS } from '@/components/graph/edge-words'
import type { Sort } from '@/components/ui/sort'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'
import { compareText } from '@/lib/model/compare-text'

/** One connection of the map as a row of words. */
export type TwinRow = {
  readonly id: string
  readonly source: GraphNode
  readonly target: GraphNode
  readonly port: string
  readonly look: EdgeLook
  readonly state: string
  readonly flows: number
  readonly denied: number
  readonly rate: number
  /** The policies that are named for it, the first first. */
  readonly policies: readonly string[]
}

export type TwinColumn = 'state' | 'source' | 'target' | 'port' | 'rate' | 'flows' | 'denied' | 'policy'
export type TwinSort = Sort<TwinColumn>

/** What needs attention first. */
const URGENCY: Readonly<Record<EdgeLook, number>> = {
  through: 0,
  denied: 1,
  error: 2,
  unknown: 3,
  used: 4,
  unused: 5,
  nowhere: 6,
  declared: 7,
  predicted: 8,
  idle: 9,
}

type Graph = { readonly nodes: ReadonlyMap<string, GraphNode>; readonly edges: ReadonlyMap<string, GraphEdge> }

/** The edges that the map draws, as rows. Nesting (`owns`) is what the tree shows. */
export function twinRows({ nodes, edges }: Graph, sort: TwinSort): readonly TwinRow[] {
  const rows: TwinRow[] = []
  for (const edge of edges.values()) {
    if (edge.relation === 'owns') continue
    const source = nodes.get(edge.source)
    const target = nodes.get(edge.target)
    if (source === undefined || target === undefined) continue
    const { forwarded, dropped, audit, error, unknown } = edge.verdicts
    rows.push({
      id: edge.id,
      source,
      target,
      port: edgePort(edge),
      look: edgeLook(edge),
      state: edge.state === null ? RELATION_WORDS[edge.relation] : STATE_WORDS[edge.state].word,
      flows: forwarded + dropped + audit + error + unknown,
      denied: dropped,
      rate: edge.rate,
      policies: [...new Set(edge.policies.map((one) => one.policy))],
    })
  }
  const sign = sort.direction === 'ascending' ? 1 : -1
  return rows.sort(
    (a, b) =>
      sign * compare(a, b, sort.column) ||
      compareText(name(a.source), name(b.source)) ||
      compareText(name(a.target), name(b.target)) ||
      compareText(a.id, b.id),
  )
}

function compare(a: TwinRow, b: TwinRow, column: TwinColumn): number {
  switch (column) {
    case 'state':
      return URGENCY[a.look] - URGENCY[b.look] || b.denied - a.denied || b.rate - a.rate
    case 'source':
      return compareText(name(a.source), name(b.source))
    case 'target':
      return compareText(name(a.target), name(b.target))
    case 'port':
      return compareText(a.port, b.port)
    case 'policy':
      return compareText(a.policies[0] ?? '\uffff', b.policies[0] ?? '\uffff')
    case 'rate':
    case 'flows':
    case 'denied':
      return a[column] - b[column]
  }
}

function name(node: GraphNode): string {
  return node.namespace === null || node.kind === 'namespace' ? node.name : `${node.namespace}/${node.name}`
}

/** A node with what stands inside it, for the tree. */
export type TwinBranch = { readonly node: GraphNode; readonly children: readonly TwinBranch[]; readonly denied: number }

/** The nodes that the map draws, by what they stand in: entries, namespaces, outside; by name inside. */
export function twinTree({ nodes, edges }: Graph): readonly TwinBranch[] {
  const denied = new Map<string, number>()
  for (const edge of edges.values()) {
    if (edge.verdicts.dropped === 0) continue
    for (const id of new Set([edge.source, edge.target])) denied.set(id, (denied.get(id) ?? 0) + edge.verdicts.dropped)
  }
  const children = new Map<string | null, GraphNode[]>()
  for (const node of nodes.values()) {
    const parent = node.parent !== null && nodes.has(node.parent) ? node.parent : null
    children.set(parent, [...(children.get(parent) ?? []), node])
  }
  const branches = (parent: string | null): TwinBranch[] =>
    (children.get(parent) ?? [])
      .sort((a, b) => laneOrder(a) - laneOrder(b) || compareText(a.name, b.name) || compareText(a.id, b.id))
      .map((node) => ({ node, children: branches(node.id), denied: denied.get(node.id) ?? 0 }))
  return branches(null)
}

const LANES: Readonly<Record<GraphNode['lane'], number>> = { entry: 0, service: 1, workload: 2, external: 3 }

function laneOrder(node: GraphNode): number {
  return LANES[node.lane]
}
