import type { EdgeClaim, EdgeFacts, EdgeState } from '@/lib/graph/topology'
import type { EdgeLook } from './edge-look'

/** The same words on the map, in tables and in panels. */
export const STATE_WORDS: Readonly<Record<EdgeState, { readonly word: string; readonly hint: string; readonly look: EdgeLook }>> = {
  'allowed-used': { word: 'used', hint: 'Allowed by the policies, and traffic was seen', look: 'used' },
  'allowed-unused': {
    word: 'unused',
    hint: 'Allowed by the policies, and nobody used it in this time: perhaps more than needed',
    look: 'unused',
  },
  'denied-tried': { word: 'denied', hint: 'Someone tried, and a policy refused', look: 'denied' },
  'seen-though-denied': {
    word: 'seen though denied',
    hint: 'Traffic passed although the policies deny it: nobody enforces them there, or our view of them is old',
    look: 'through',
  },
  unknown: { word: 'cannot tell', hint: 'The policies alone cannot decide', look: 'unknown' },
}

/** What a line means that is no traffic. */
export const RELATION_WORDS: Readonly<Record<EdgeFacts['relation'], string>> = {
  owns: 'contains',
  selects: 'Service selects its pods',
  routes: 'routes requests to',
  exposes: 'opens from outside',
  aliases: 'is another name for',
  depends: 'depends on',
  traffic: 'traffic',
  'may-reach': 'may reach',
  'egress-via': 'leaves through',
}

/** What becomes of a declared line. */
export const CLAIM_WORDS: Readonly<Record<EdgeClaim, string>> = {
  stated: 'Written down in the cluster. It says where requests may go, not that any did.',
  predicted: 'Written down, and no controller has confirmed it: this is our reading of the rules.',
  idle: 'Written down with weight 0: it gets nothing.',
  broken: 'Written down, and it leads nowhere: what it names is missing, not permitted or not ready.',
}

/** Protocol and port as people write them; a bundle says for how many connections it stands. */
export function edgePort(edge: EdgeFacts): string {
  if (edge.bundled > 1 && edge.ports.length !== 1) return `${edge.bundled} connections`
  const ports = edge.ports.join(', ')
  if (edge.protocol === null) return ports || edge.label
  return ports === '' ? edge.protocol : `${edge.protocol} ${ports}`
}
