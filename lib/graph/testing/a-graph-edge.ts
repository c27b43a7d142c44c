import type { GraphEdge } from '../topology'

/** A drawn edge of one connection, with what a test says of it. */
export function aGraphEdge(stated: Pick<GraphEdge, 'source' | 'target'> & Partial<GraphEdge>): GraphEdge {
  return {
    id: `${stated.source}>${stated.target} traffic TCP 80`,
    relation: 'traffic',
    basis: 'observed',
    state: 'allowed-used',
    protocol: 'TCP',
    ports: ['80'],
    verdicts: { forwarded: 1, dropped: 0, audit: 0, error: 0, unknown: 0 },
    rate: 1,
    policies: [],
    label: '',
    lastSeen: 1,
    service: null,
    mutualTls: null,
    reporters: [],
    claim: null,
    bundled: 1,
    ...stated,
  }
}
