import type { Basis, EdgeClaim, GraphEdge, Relation } from './topology'

const NONE_SEEN = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }

/** An edge that objects declare, or that following their references gives. */
export function declaredEdge(
  source: string,
  target: string,
  relation: Relation,
  words: { readonly basis?: Basis; readonly ports?: readonly string[]; readonly label?: string; readonly claim?: EdgeClaim } = {},
): GraphEdge {
  return {
    id: `${source}>${target} ${relation}`,
    source,
    target,
    relation,
    basis: words.basis ?? 'declared',
    state: null,
    protocol: null,
    ports: words.ports ?? [],
    verdicts: NONE_SEEN,
    rate: 0,
    policies: [],
    label: words.label ?? '',
    lastSeen: null,
    service: null,
    mutualTls: null,
    reporters: [],
    claim: words.claim ?? 'stated',
    bundled: 1,
  }
}

/** One edge from node to node for any number of rules that lead there: their ports and labels, and the best that one of them says. */
export class DeclaredDraft {
  readonly #ports = new Set<string>()
  readonly #labels = new Set<string>()
  readonly #claims = new Set<EdgeClaim>()

  add(ports: readonly string[], label: string, claim: EdgeClaim): void {
    for (const port of ports) this.#ports.add(port)
    if (label !== '') this.#labels.add(label)
    this.#claims.add(claim)
  }

  finish(source: string, target: string, relation: Relation): GraphEdge {
    const shown = [...this.#labels].slice(0, MAX_LABELS)
    if (this.#labels.size > MAX_LABELS) shown.push(`and ${this.#labels.size - MAX_LABELS} more`)
    const claim = CLAIMS.find((candidate) => this.#claims.has(candidate)) ?? 'stated'
    return declaredEdge(source, target, relation, { ports: [...this.#ports], label: shown.join('; '), claim })
  }
}

/** Labels on one edge; the rest is counted. */
export const MAX_LABELS = 3

/** What carries traffic comes before what does not. */
const CLAIMS: readonly EdgeClaim[] = ['stated', 'predicted', 'broken', 'idle']
