import { ConnectionTracker } from './connection-tracker'
import { DelayMeter, type SourceDelay } from './delay-meter'
import type { FilePosition } from './file-position'
import type { Flow, FlowEndpoint, FlowPolicy, ObservedFlow } from './flow'
import { BUCKET_MS, FlowWindow, type SumListener, WINDOW_LIMITS, WINDOW_MS, type WindowLimits, type WindowPlace } from './flow-window'
import { FreshNames } from './fresh-names'
import { Ledger } from './ledger'
import { LookupNames } from './lookup-names'
import { RecentFlows } from './recent-flows'
import { beginningOf, type IdentityPast, nameFlow, type Resolver } from './resolve-flow'
import type { Route } from './route'
import { SettledEnds } from './settled-ends'
import type { Shedder } from './shedder'
import type { RecordKind } from './source-about'
import { rankOf, SOURCE_FAMILIES, type SourceFamily } from './source-rank'
import type { FlowChange } from './tracked-connection'

/** Records as a source hands them over: every line it read is in exactly one of the four. */
export type FlowBatch = {
  readonly flows: readonly ObservedFlow[]
  /** Lines that are no flow, by reason. */
  readonly ignored: ReadonlyMap<string, number>
  /** Lines that could not be read, by reason. */
  readonly rejected: ReadonlyMap<string, number>
  /** Events the source says it lost since the last batch. Shown, never hidden. */
  readonly lostAtSource: number
  /** Fields of lines in our own format that it does not have: ignored, and counted. */
  readonly unknownFields: number
  /** Kinds of the records that are flows, of a source that takes several; left out by those that have one kind only. */
  readonly kinds?: ReadonlySet<RecordKind>
  /** How far the files of the source are read with this batch; left out where that is not known. Ask while the batch is taken. */
  readonly positions?: () => readonly FilePosition[]
  /** False where none of it can have been read by an earlier run. */
  readonly mayRepeat?: boolean
}

export type PipelineLimits = {
  readonly window: WindowLimits
  /** Flows kept one by one for the table. */
  readonly recentFlows: number
  /** Connections remembered for counting once. */
  readonly connections: number
  /** Flows that wait for the cluster to know their pods. */
  readonly provisional: number
  /** Flows whose ends were named by address and may have been held by others: 5 s of 10,000 a second. */
  readonly byAddress: number
}

export const PIPELINE_LIMITS: PipelineLimits = {
  window: WINDOW_LIMITS,
  recentFlows: 50_000,
  connections: 100_000,
  provisional: 10_000,
  byAddress: 50_000,
}

export type PipelineOptions = {
  readonly limits?: PipelineLimits
  /** Names both ends, through the cluster as it is now. */
  readonly resolve: Resolver
  /** Tells which names by address cannot have changed; without it all of them may have. */
  readonly past?: Pick<IdentityPast, 'isSettled'>
  /** Adds policies that our engine names for a refused flow; none without it. */
  readonly attribute?: (flow: Flow) => readonly FlowPolicy[]
  /** Leaves out what is too much, of sources that cannot wait; nothing without it. */
  readonly shedder?: Shedder
  /** Hears of every change of the window's sums. */
  readonly onSum?: SumListener
  /** True when somebody else says, record by record, whether a flow was stored; else it is once it is shown. */
  readonly storesLater?: boolean
  /** Number of the first flow; ids of later runs must be higher. */
  readonly firstSequence?: number
}

export type AcceptedBatch = {
  /** New flows, oldest first. */
  readonly added: readonly Flow[]
  /** Flows that came before and are known better now, with the same ids; the recent flows may have forgotten some of them. */
  readonly changed: readonly Flow[]
}

/** How the times of one source compare with our clock. */
export type ClockNotes = {
  /** Flows with a time ahead of ours; they are counted now. */
  readonly ahead: number
  readonly aheadMaxMs: number
  /** Flows older than the window when they came; they are counted at the moment they came. */
  readonly old: number
}

export type SourceTraits = {
  /** Its kind, for records that do not state theirs. */
  readonly family: SourceFamily
  /** True for what is lost when it is not taken at once; a file or a sender that waits is not. */
  readonly isLive: boolean
}

const UNKNOWN_SOURCE: SourceTraits = { family: 'stated', isLive: false }

export type FlowPipeline = {
  /**
   * Takes a batch of one source. `now` is our clock in milliseconds.
   */
  readonly accept: (source: string, batch: FlowBatch, now: number, about?: SourceTraits) => AcceptedBatch
  /**
   * Names flows again that came before their pods were known or before their addresses were known to have changed hands, when
   * the cluster was read anew. Returns those that have other names now.
   */
  readonly rename: (now: number) => readonly Flow[]
  readonly provisional: () => FreshUsage
  /** The same of flows whose ends were named by address. */
  readonly byAddress: () => FreshUsage
  readonly window: FlowWindow
  readonly recent: RecentFlows
  readonly ledger: Ledger
  readonly clockNotes: (source: string) => ClockNotes
  /** How late the flows of a source came in the minute before `now`; null when there were none. */
  readonly delay: (source: string, now: number) => SourceDelay | null
  /**
   * Connections remembered for counting once, and how many were forgotten for room while their repeats could still come
   * (which are then counted again).
   */
  readonly connections: () => { readonly used: number; readonly limit: number; readonly forgottenEarly: number }
}

export type FreshUsage = { readonly waiting: number; readonly limit: number; readonly crowdedOut: number; readonly renamed: number }

/** `isRow`: shown in the table; evidence is not. */
type Receipt = { flow: Flow; place: WindowPlace; readonly isRow: boolean }

/** Clocks of machines differ by this much without anything being wrong. */
const SKEW_MS = 2_000

/**
 * What happens to every flow: counted once, named, added to the window and to the recent flows, accounted for.
 *
 * A flow counts under its own time. When that is ahead of our clock, or older than the window (a recording, a file read
 * for the first time), it counts under the moment it came and keeps its own time for the reader; `clockNotes` tells how
 * many there were.
 *
 * Where kinds of sources report the same, the best of them counts and the others are evidence (evidence.ts). What the best one
 * reported before is then no row of the table either, unless it tells of a request or a refusal.
 */
export function createFlowPipeline(options: PipelineOptions): FlowPipeline {
  const limits = options.limits ?? PIPELINE_LIMITS
  const window = new FlowWindow(limits.window, options.onSum ?? null)
  const recent = new RecentFlows(limits.recentFlows, options.firstSequence ?? 0)
  const ledger = new Ledger()
  const tracker = new ConnectionTracker<Receipt>(limits.connections)
  const lookupNames = new LookupNames()
  const provisional = new FreshNames<Receipt>(limits.provisional)
  const byAddress = new FreshNames<Receipt>(limits.byAddress)
  const notesOf = new Map<string, { ahead: number; aheadMaxMs: number; old: number }>()

  const meters = new Map<string, DelayMeter>()

  function meterOf(source: string): DelayMeter {
    const known = meters.get(source)
    if (known !== undefined) return known
    const created = new DelayMeter()
    meters.set(source, created)
    return created
  }

  function windowTime(source: string, time: number, now: number): number {
    // The bucket that is leaving the window takes nothing any more.
    if (time <= now && time > now - WINDOW_MS + BUCKET_MS) return time
    const notes = notesOf.get(source) ?? { ahead: 0, aheadMaxMs: 0, old: 0 }
    notesOf.set(source, notes)
    if (time > now) {
      if (time > now + SKEW_MS) {
        notes.ahead++
        notes.aheadMaxMs = Math.max(notes.aheadMaxMs, time - now)
      }
      return now
    }
    notes.old++
    return now
  }

  function withInferred(flow: Flow): Flow {
    if (options.attribute === undefined || flow.policies.length > 0 || !isPolicyRefusal(flow)) return flow
    const policies = options.attribute(flow)
    return policies.length === 0 ? flow : { ...flow, policies }
  }

  /**
   * A connection that was counted in an earlier bucket is still in use: its edge must not leave the map. What a repeat carries
   * counts wherever it falls.
   */
  function showInUse(source: string, receipt: Receipt, observed: ObservedFlow, now: number): void {
    // Both sides of a request count the same bytes.
    const hasBytes = observed.bytes !== null && observed.bytes > 0 && (observed.exchange === undefined || observed.phase === 'reply')
    if (observed.phase !== 'later' && observed.phase !== 'reply' && !hasBytes) return
    const time = windowTime(source, observed.time, now)
    if (Math.floor(time / BUCKET_MS) === receipt.place.bucket && !hasBytes) return
    window.use(receipt.flow, receipt.place.rank, observed.time, time, observed.bytes, now)
  }

  function accept(source: string, batch: FlowBatch, now: number, { family, isLive }: SourceTraits = UNKNOWN_SOURCE): AcceptedBatch {
    const account = ledger.source(source)
    const added: Flow[] = []
    const changed = new Map<string, Flow>()
    account.settleOthers(batch)
    recent.mark(now)

    const meter = meterOf(source)
    account.receive(batch.flows.length)
    const shedder = isLive ? (options.shedder ?? null) : null
    const rankOfSource = rankOf(family)
    for (const record of batch.flows) {
      meter.see(record.time, now)
      const weight = shedder === null ? 1 : shedder.weightOf(record)
      if (weight === 0) {
        account.sample(1)
        continue
      }
      const observed = lookupNames.limit(weight === 1 ? record : weighted(record, weight), now)
      const route = options.resolve(observed)
      const rank = observed.family === undefined ? rankOfSource : rankOf(observed.family)
      const judgement = tracker.judge(observed, now, route.connection, rank)
      if (judgement.action === 'ignore') {
        account.ignore(judgement.reason, 1)
        continue
      }
      if (judgement.action === 'merge') {
        account.ignore(judgement.reason, 1)
        const receipt = judgement.entry.receipt
        if (receipt === null) continue
        if (observed.mutualTls !== undefined) window.seeTls(receipt.place, observed.mutualTls)
        if (judgement.change !== null) {
          receipt.flow = withInferred(changedFlow(receipt.flow, judgement.change))
          receipt.place = window.move(receipt.place, receipt.flow)
          if (receipt.isRow) {
            recent.replace(receipt.flow)
            changed.set(receipt.flow.id, receipt.flow)
          }
        }
        if (!judgement.entry.isGuess) showInUse(source, receipt, observed, now)
        continue
      }

      const meta = { id: recent.nextId(), reporter: source, windowTime: windowTime(source, observed.time, now) }
      const flow = withInferred(nameFlow(observed, route, meta))
      const place = window.add(flow, judgement.counts ? flow.count : 0, judgement.counts ? 0 : 1, now, route.edge, rank)
      if (typeof place === 'string') {
        account.drop(place, 1)
        continue
      }
      const better = window.betterThan(place)
      const isEvidence = better !== null && !isWorthARow(flow)
      const rows = isEvidence ? 0 : shedder === null ? 1 : shedder.rowWeight(flow)
      const receipt: Receipt = { flow: rows > 1 ? { ...flow, weight: rows } : flow, place, isRow: rows > 0 }
      for (const entry of judgement.entries) entry.receipt = receipt
      if (route.naming === 'provisional') provisional.watch(receipt, observed, now)
      else if (route.naming === 'by-address') byAddress.watch(receipt, observed, now)
      if (isEvidence) account.ignore(`evidence/${SOURCE_FAMILIES[better]}`, 1)
      else if (rows === 0) account.sample(1)
      if (!receipt.isRow) continue
      recent.add(receipt.flow)
      if (options.storesLater !== true) account.store(1)
      added.push(receipt.flow)
    }
    // A flow that is added and changed in one batch is handed over once, as it is now.
    const current = added.map((flow) => changed.get(flow.id) ?? flow)
    for (const flow of added) changed.delete(flow.id)
    return { added: current, changed: [...changed.values()] }
  }

  function rename(now: number): readonly Flow[] {
    const changed = new Map<string, Flow>()

    function take(receipt: Receipt, { source, destination, computed }: Route): boolean {
      const { flow } = receipt
      if (isSameName(source, flow.source) && isSameName(destination, flow.destination)) return false
      receipt.flow = withInferred({ ...flow, source, destination, computed, policies: flow.policies.filter(isStated) })
      receipt.place = window.move(receipt.place, receipt.flow)
      if (receipt.isRow) {
        recent.replace(receipt.flow)
        changed.set(receipt.flow.id, receipt.flow)
      }
      return true
    }

    provisional.retry(now, (receipt, observed) => {
      const record = asCounted(observed, receipt.flow)
      const route = options.resolve(record)
      // Nobody is known to have had the address then: whoever was told of since did.
      return take(receipt, route.naming === 'provisional' ? options.resolve(record, now) : route)
    })
    const settled = new SettledEnds(options.past ?? null)
    byAddress.retry(now, (receipt, observed) => {
      const { source, destination, port } = receipt.flow
      const from = beginningOf(observed)
      if (settled.has(source, null, from) && settled.has(destination, port, from)) return false
      return take(receipt, options.resolve(asCounted(observed, receipt.flow)))
    })
    return [...changed.values()]
  }

  return {
    accept,
    rename,
    provisional: () => usageOf(provisional, limits.provisional),
    byAddress: () => usageOf(byAddress, limits.byAddress),
    window,
    recent,
    ledger,
    clockNotes: (source) => ({ ...(notesOf.get(source) ?? { ahead: 0, aheadMaxMs: 0, old: 0 }) }),
    delay: (source, now) => meters.get(source)?.read(now) ?? null,
    connections: () => ({ used: tracker.size, limit: limits.connections, forgottenEarly: tracker.forgottenEarly }),
  }
}

function usageOf({ waiting, crowdedOut, renamed }: FreshNames<Receipt>, limit: number): FreshUsage {
  return { waiting, limit, crowdedOut, renamed }
}

/** The record with its ends the way round in which the flow is counted since. */
function asCounted(observed: ObservedFlow, flow: Flow): ObservedFlow {
  if (observed.guessedOrder === flow.guessedOrder) return observed
  const { source, destination } = observed
  return { ...observed, source: destination, destination: source, port: flow.port, sourcePort: flow.sourcePort }
}

function changedFlow(flow: Flow, change: FlowChange): Flow {
  const outcome = change.outcome ?? { verdict: flow.verdict, reason: flow.reason, rawReason: flow.rawReason }
  const policies = change.policies ?? (change.outcome === null ? flow.policies : flow.policies.filter(isStated))
  const next: Flow = { ...flow, ...outcome, policies, l7: change.l7 ?? flow.l7 }
  if (change.turned === null) return next
  return { ...next, source: flow.destination, destination: flow.source, ...change.turned, guessedOrder: false, computed: null }
}

/** A record that stands for others like it. */
function weighted(flow: ObservedFlow, weight: number): ObservedFlow {
  const { count, bytes, packets } = flow
  return {
    ...flow,
    count: count * weight,
    bytes: bytes === null ? null : bytes * weight,
    packets: packets === null ? null : packets * weight,
  }
}

function isSameName(a: FlowEndpoint, b: FlowEndpoint): boolean {
  return a.ref === b.ref && a.workload === b.workload
}

/** True for what the counting source may not have: requests, and what was refused. */
function isWorthARow({ l7, verdict }: Flow): boolean {
  return l7 !== null || verdict === 'dropped' || verdict === 'error'
}

/** True for a refusal that a policy may explain: not for other configuration, missing authentication or a refused request. */
function isPolicyRefusal({ verdict, reason }: Flow): boolean {
  return verdict === 'dropped' && (reason === null || (reason.startsWith('policy/') && reason !== 'policy/auth-required'))
}

function isStated(policy: FlowPolicy): boolean {
  return policy.confidence === 'stated'
}
