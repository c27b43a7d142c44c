import type { Evidence, NameList } from './evidence'
import { countOf, plainCount } from './plain-count'

export type EvidenceWords = {
  /** One sentence: how far the replay can be trusted. */
  readonly headline: string
  /** What it rests on, and what it may have missed; a warning is a reason to trust it less. */
  readonly facts: readonly { readonly isWarning: boolean; readonly text: string }[]
}

/** What the words need of an evidence; its times play no part. */
type Facts = Omit<Evidence, 'from' | 'to' | 'firstFlow' | 'lastFlow'>

/** Says in words how much recorded traffic stands behind a replay. */
export function evidenceWords(evidence: Facts): EvidenceWords {
  const { flows, connections, lost, sampled, jobsNotSeen, silentNodes, sources } = evidence
  if (flows === 0) {
    const text =
      sources === 0
        ? 'No flow source is connected: what the change breaks in practice cannot be told, only what the policies say.'
        : 'No flows were recorded in this range: what the change breaks in practice cannot be told, only what the policies say.'
    return { headline: HEADLINES.none, facts: [{ isWarning: true, text }, ...jobFacts(jobsNotSeen)] }
  }
  const facts = [
    { isWarning: evidence.hoursCovered < 24, text: coverage(evidence) },
    { isWarning: false, text: `${countOf(flows, 'flow')} on ${countOf(connections, 'connection')} were replayed.` },
    ...jobFacts(jobsNotSeen),
  ]
  if (silentNodes !== null && silentNodes.total > 0) {
    const text = `${countOf(silentNodes.total, 'cluster node')} reported no flows: ${some(silentNodes)}.`
    facts.push({ isWarning: true, text })
  }
  if (silentNodes !== null && silentNodes.total === 0) facts.push({ isWarning: false, text: 'Every cluster node reported flows.' })
  if (silentNodes === null) facts.push({ isWarning: false, text: 'The flows do not name cluster nodes, so a silent one would not show.' })
  const lostTotal = lost.atSource + lost.dropped
  facts.push(
    lostTotal === 0
      ? { isWarning: false, text: 'No flow was lost.' }
      : { isWarning: true, text: `${countOf(lostTotal, 'flow')} were lost since the start (${plainCount(lost.atSource)} at the sources).` },
  )
  if (sampled > 0)
    facts.push({ isWarning: true, text: `${countOf(sampled, 'flow')} stand behind sampled ones: rare connections may be missing.` })
  return { headline: HEADLINES[evidence.grade], facts }
}

const HEADLINES: Readonly<Record<Evidence['grade'], string>> = {
  none: 'No evidence: nothing was recorded.',
  weak: 'Weak evidence: a connection that is missing here may still be needed.',
  fair: 'Fair evidence: the busy connections are there, rare ones may be missing.',
  good: 'Good evidence: at least a day of traffic, every job seen.',
}

function coverage({ hoursCovered }: Facts): string {
  const minutes = Math.round(hoursCovered * 60)
  const span =
    minutes < 1 ? 'Less than a minute' : minutes < 120 ? `${countOf(minutes, 'minute')}` : `${countOf(Math.round(hoursCovered), 'hour')}`
  return `${span} of traffic${hoursCovered < 24 ? ': less than a day shows no nightly work' : ''}.`
}

function jobFacts(jobs: NameList): { readonly isWarning: boolean; readonly text: string }[] {
  return jobs.total === 0 ? [] : [{ isWarning: true, text: `${countOf(jobs.total, 'job')} not seen running: ${some(jobs)}.` }]
}

const MAX_NAMED = 5

function some({ items, total }: NameList): string {
  const named = items.slice(0, MAX_NAMED)
  return named.join(', ') + (total > named.length ? ` and ${plainCount(total - named.length)} more` : '')
}
