import { countWords } from '@/components/ui/format'
import type { ChangeDocument } from '@/lib/api/changes-document'

const TYPES: Readonly<Record<ChangeDocument['type'], string>> = { added: 'came', changed: 'changed', removed: 'went' }

/** `changed`, `came`, `went`; for several told as one, how many. */
export function changeWord({ type, times }: Pick<ChangeDocument, 'type' | 'times'>): string {
  return times > 1 ? `${TYPES[type]} ${times} times` : TYPES[type]
}

/** What the policies say differently since, in one sentence; null when they say the same and nothing is to be added. */
export function effectWords({ verdicts }: Pick<ChangeDocument, 'verdicts'>): string | null {
  const shared = verdicts.together > 1 ? `, together with ${countWords(verdicts.together - 1, 'other change')}` : ''
  switch (verdicts.state) {
    case 'pending':
      return 'What it did to the verdicts is being compared.'
    case 'not-computed':
      return `What it did to the verdicts was not computed: ${verdicts.reason}.`
    case 'computed': {
      const parts = [
        ...(verdicts.opened === 0 ? [] : [`opened ${pairs(verdicts.opened)}`]),
        ...(verdicts.closed === 0 ? [] : [`closed ${pairs(verdicts.closed)}`]),
        ...(verdicts.otherwise === 0 ? [] : [`gave other ports to ${pairs(verdicts.otherwise)}`]),
      ]
      return parts.length === 0 ? null : `It ${parts.join(', ')}${shared}.`
    }
  }
}

function pairs(count: number): string {
  return countWords(count, 'pair of workloads', 'pairs of workloads')
}

type Learned = Pick<ChangeDocument, 'until' | 'verdicts'>

/** True when two changes were learned together, so that what is said of one says it of both. */
export function sharesEffect(change: Learned, other: Learned | undefined): boolean {
  if (other === undefined || change.until !== other.until) return false
  const [a, b] = [change.verdicts, other.verdicts]
  return a.together > 1 && a.together === b.together && effectWords(change) === effectWords(other)
}

/** True when policies decide differently since. */
export function altersVerdicts({ verdicts }: Pick<ChangeDocument, 'verdicts'>): boolean {
  return verdicts.state === 'computed' && verdicts.opened + verdicts.closed + verdicts.otherwise > 0
}

/** `just now`, `45 s ago`, `3 min ago`, `2 h ago`. */
export function agoWords(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 5) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`
}
