import type { ObjectChange } from './change-set'
import type { ChangeTotals } from './count-changes'
import type { Evidence } from './evidence'
import type { FlowReplay } from './flow-replay'
import { countOf, plainCount } from './plain-count'

export type ReviewFacts = {
  readonly objects: readonly Pick<ObjectChange, 'action'>[]
  readonly totals: ChangeTotals
  readonly replay: Pick<FlowReplay, 'totals'>
  readonly evidence: Pick<Evidence, 'flows'>
  /** The plain words for it where nobody enforces policies; null otherwise. */
  readonly enforcedByNobody: string | null
}

/** What a change would do, in one or two sentences: what breaks first, then what opens and closes. */
export function summariseReview({ objects, totals, replay, evidence, enforcedByNobody }: ReviewFacts): string {
  if (objects.every(({ action }) => action === 'none')) return 'The draft changes nothing.'
  const sentences = [flowSentence(replay, evidence), connectionSentence(totals)]
  if (enforcedByNobody !== null) sentences.push(`But policies are ${enforcedByNobody}.`)
  return sentences.join(' ')
}

/** What happens to the recorded traffic. */
export function flowSentence({ totals }: ReviewFacts['replay'], { flows }: ReviewFacts['evidence']): string {
  if (flows === 0) return 'No traffic was recorded to compare with.'
  const { newlyDenied, newlyAllowed } = totals
  const denied =
    newlyDenied.connections === 0
      ? 'Breaks no recorded connection'
      : `Breaks ${countOf(newlyDenied.connections, 'recorded connection')} (${countOf(newlyDenied.flows, 'flow')})`
  const allowed = newlyAllowed.connections === 0 ? '' : ` and lets through ${plainCount(newlyAllowed.connections)} that are denied now`
  return `${denied}${allowed}.`
}

/** What opens and closes. */
export function connectionSentence({ opened, closed, altered, byWorkloads }: ChangeTotals): string {
  const parts = [
    ...(opened > 0 ? [`opens ${plainCount(opened)}`] : []),
    ...(closed > 0 ? [`closes ${plainCount(closed)}`] : []),
    ...(altered > 0 ? [`changes the ports of ${plainCount(altered)}`] : []),
  ]
  const workloads = byWorkloads > 0 ? `${countOf(byWorkloads, 'pair')} only because workloads come or go` : ''
  if (parts.length === 0) return workloads === '' ? 'No connection between workloads opens or closes.' : `It changes ${workloads}.`
  const pairs = opened + closed + altered === 1 ? 'pair' : 'pairs'
  return `Between workloads and the outside it ${joined(parts)} ${pairs}${workloads === '' ? '' : `, and ${workloads}`}.`
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
