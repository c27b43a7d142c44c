import type { PolicyRow } from '@/lib/api/details'
import { MESH_TIER } from '@/lib/policy/mesh/mesh-tier'
import type { PolicyEnforcement } from '@/lib/policy/policy-info'
import type { Direction } from '@/lib/policy/types'
import { formatCount } from '../ui/format'

/** How a policy counts in verdicts, where that is not as written: a word for its row, a sentence for its page. */
export const ENFORCEMENT_WORDS: Readonly<
  Record<Exclude<PolicyEnforcement, 'enforced'>, { readonly word: string; readonly sentence: string }>
> = {
  staged: { word: 'staged', sentence: 'Staged: nobody enforces it yet. It shows what would happen.' },
  unreadable: {
    word: 'not understood',
    sentence: 'A part of it cannot be understood, so it may allow or deny anything to and from its pods. It cannot be drawn.',
  },
  unsupported: {
    word: 'not evaluated',
    sentence:
      'The network plugin enforces this kind, and Sluice cannot evaluate it yet: what it could decide is unknown. It cannot be drawn.',
  },
  'other-plugin': {
    word: 'other plugin',
    sentence:
      'It is written for another network plugin. The one of this cluster does not know the kind, so it counts for nothing and is not drawn.',
  },
  mesh: {
    word: 'mesh',
    sentence:
      'It belongs to the service mesh and is no part of the verdicts: it says nothing of who may connect, or Sluice does not evaluate it.',
  },
}

/** What a policy has for one direction, in a few characters. */
export function ruleCell({ isolates, ruleCounts }: Pick<PolicyRow, 'isolates' | 'ruleCounts'>, direction: Direction): string {
  const count = ruleCounts[direction]
  if (count === 0) return isolates.includes(direction) ? 'denies all' : '–'
  return formatCount(count)
}

/**
 * Whether no hits mean that nothing used the policy: it is enforced, selects pods, and flows tell what it decided. Most records
 * say nothing of what a service mesh decides.
 */
export function showsUse({ enforcement, subjectCount, tier }: Pick<PolicyRow, 'enforcement' | 'subjectCount' | 'tier'>): boolean {
  return enforcement === 'enforced' && subjectCount > 0 && tier !== MESH_TIER
}

/** The contract name of a workload without its kind. */
export function workloadName(ref: string): string {
  return ref.replace(/\[[^[\]]*\]$/, '')
}
