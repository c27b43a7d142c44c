import { FOLDS, type Fold, type FoldId } from './topology'

/** Counts what is not drawn, fold by fold. */
export class FoldCounter {
  readonly #folds = new Map<FoldId, { nodes: number; edges: number; flows: number; folded: boolean }>()
  readonly #shown: ReadonlySet<FoldId>

  /** `shown` names the folds that the viewer opened. */
  constructor(shown: readonly FoldId[]) {
    this.#shown = new Set(shown)
  }

  isOpen(id: FoldId): boolean {
    return this.#shown.has(id)
  }

  add(id: FoldId, counts: { nodes?: number; edges?: number; flows?: number }): void {
    const fold = this.#folds.get(id) ?? { nodes: 0, edges: 0, flows: 0, folded: !this.isOpen(id) }
    fold.nodes += counts.nodes ?? 0
    fold.edges += counts.edges ?? 0
    fold.flows += counts.flows ?? 0
    this.#folds.set(id, fold)
  }

  list(): Fold[] {
    return FOLDS.flatMap((id) => {
      const fold = this.#folds.get(id)
      if (fold === undefined || fold.nodes + fold.edges + fold.flows === 0) return []
      return [{ id, label: label(id, fold), ...fold }]
    })
  }

  hidden(): { nodes: number; edges: number } {
    let nodes = 0
    let edges = 0
    for (const fold of this.#folds.values()) {
      if (!fold.folded) continue
      nodes += fold.nodes
      edges += fold.edges
    }
    return { nodes, edges }
  }
}

type Counts = { readonly nodes: number; readonly edges: number; readonly flows: number; readonly folded: boolean }

function label(id: FoldId, { nodes, edges, flows, folded }: Counts): string {
  const verb = folded ? 'hidden' : 'shown'
  switch (id) {
    case 'system-namespaces':
      if (nodes === 0) return `${count(flows, 'flow')} of system namespaces ${verb}`
      return `${count(nodes, 'system namespace')} ${folded ? 'folded' : 'shown'}`
    case 'system-services':
      return `${count(nodes, 'system Service')} ${folded ? 'folded' : 'shown'}`
    case 'empty-namespaces':
      return `${count(nodes, 'empty namespace')} ${folded ? 'folded' : 'shown'}`
    case 'dns':
      return `${count(flows, 'flow')} ${verb} as name resolution`
    case 'health-checks':
      return `${count(flows, 'flow')} ${verb} as health checks`
    case 'monitoring':
      return `${count(flows, 'flow')} ${verb} as monitoring`
    case 'unused':
      return `${count(edges, 'allowed connection')} never used, ${verb}`
    case 'declared':
      return `${count(nodes, 'way')} in or out ${folded ? 'folded' : 'shown'}`
    case 'node-limit':
      return `${count(nodes, 'node')} not drawn one by one: open a namespace to look inside`
    case 'edge-limit':
      return `${count(edges, 'edge')} not drawn; every denied one is`
  }
}

function count(value: number, noun: string): string {
  return `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`
}
