import type { LedgerEntry } from '../flows/window-types'
import type { Cluster } from '../model/cluster'
import type { PodRef, WorkloadRef } from '../model/names'
import type { RecordedConnection } from './flow-replay'
import { type TimeSpan, widenSpan } from './time-span'

/** A bounded list of names, and how many there are. */
export type NameList = { readonly items: readonly string[]; readonly total: number }

/** How much recorded traffic stands behind a replay, and what it may have missed. */
export type Evidence = {
  /** How far a replay can be trusted; `evidenceWords` says why. */
  readonly grade: 'none' | 'weak' | 'fair' | 'good'
  /** Milliseconds since the epoch: the range that was asked for; null when all that was recorded counts. */
  readonly from: number | null
  readonly to: number | null
  /** null when nothing was recorded, or nothing that says when it was. */
  readonly firstFlow: number | null
  readonly lastFlow: number | null
  /** From the first flow to the last, in hours. */
  readonly hoursCovered: number
  /** Pairs with port and protocol, and the flows behind them. */
  readonly connections: number
  readonly flows: number
  /** What the sources say they lost, and what was received and could not be kept, since the start. */
  readonly lost: { readonly atSource: number; readonly dropped: number }
  /** Records that stand behind a sampled one. */
  readonly sampled: number
  readonly sources: number
  /** CronJobs and Jobs without any recorded connection: what they need shows only when they run. */
  readonly jobsNotSeen: NameList
  /** Cluster machines that no recorded flow names; null when the flows name no machines. */
  readonly silentNodes: NameList | null
}

export type EvidenceInput = {
  readonly recorded: readonly RecordedConnection[]
  readonly cluster: Cluster
  readonly ledgers: readonly LedgerEntry[]
  /** Machines that reported flows of the range. */
  readonly reportingNodes: ReadonlySet<string>
  readonly range: { readonly from: number; readonly to: number } | null
  /** What the recording covers by its own times, where some of its flows have none; that of all connections otherwise. */
  readonly span?: TimeSpan | null
}

/** Names listed; the rest is counted. */
const MAX_NAMES = 100
const HOUR_MS = 3_600_000

export function gatherEvidence(input: EvidenceInput): Evidence {
  const { recorded, cluster, ledgers, reportingNodes, range } = input
  const span = recorded.length === 0 || input.span === undefined ? spanOf(recorded) : input.span
  const facts = {
    from: range?.from ?? null,
    to: range?.to ?? null,
    firstFlow: span?.first ?? null,
    lastFlow: span?.last ?? null,
    hoursCovered: span === null ? 0 : (span.last - span.first) / HOUR_MS,
    connections: recorded.length,
    flows: sum(recorded.map(({ count }) => count)),
    lost: {
      atSource: sum(ledgers.map(({ lostAtSource }) => lostAtSource)),
      dropped: sum(ledgers.flatMap(({ dropped }) => Object.values(dropped))),
    },
    sampled: sum(ledgers.map(({ sampled }) => sampled)),
    sources: ledgers.length,
    jobsNotSeen: jobsNotSeen(recorded, cluster),
    silentNodes: silentNodes(reportingNodes, cluster),
  }
  return { grade: gradeOf(facts), ...facts }
}

function spanOf(recorded: readonly RecordedConnection[]): TimeSpan | null {
  return recorded.reduce<TimeSpan | null>((span, { firstSeen, lastSeen }) => widenSpan(span, firstSeen, lastSeen), null)
}

/** Losses above this share of all flows may hide whole connections. */
const MUCH_LOST = 0.01
const ENOUGH_HOURS = 24
const SOME_HOURS = 0.9

function gradeOf({ flows, hoursCovered, lost, silentNodes: silent, jobsNotSeen: jobs }: Omit<Evidence, 'grade'>): Evidence['grade'] {
  if (flows === 0) return 'none'
  const isLossy = (lost.atSource + lost.dropped) / (flows + lost.atSource + lost.dropped) > MUCH_LOST
  if (hoursCovered < SOME_HOURS || isLossy || (silent !== null && silent.total > 0)) return 'weak'
  return hoursCovered >= ENOUGH_HOURS && jobs.total === 0 ? 'good' : 'fair'
}

function jobsNotSeen(recorded: readonly RecordedConnection[], cluster: Cluster): NameList {
  const seen = new Set<string>()
  for (const { src, dst } of recorded) {
    for (const name of [src, dst]) {
      seen.add(name)
      const workload = cluster.pods.get(name as PodRef)?.workload
      if (workload !== undefined) seen.add(workload)
    }
  }
  const jobs: WorkloadRef[] = []
  for (const { kind, ref } of cluster.workloads.values()) if ((kind === 'CronJob' || kind === 'Job') && !seen.has(ref)) jobs.push(ref)
  return listOf(jobs)
}

function silentNodes(reporting: ReadonlySet<string>, cluster: Cluster): NameList | null {
  if (reporting.size === 0) return null
  // Some sources put the name of the cluster before that of the machine.
  const names = new Set([...reporting].map((name) => name.slice(name.lastIndexOf('/') + 1)))
  return listOf([...cluster.nodes.keys()].filter((name) => !names.has(name)))
}

function listOf(names: readonly string[]): NameList {
  return { items: [...names].sort().slice(0, MAX_NAMES), total: names.length }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
