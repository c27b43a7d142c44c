import type { Cluster } from '../model/cluster'
import type { Identity } from '../model/identity'
import { ConnectionTracker } from './connection-tracker'
import type { Flow, FlowEndpoint, ObservedFlow, Verdict } from './flow'
import { SourceLedger } from './ledger'
import type { FlowBatch } from './pipeline'
import { createResolver } from './resolve-flow'
import { rankOf } from './source-rank'
import type { FlowEdge, LedgerEntry } from './window-types'

export type RecordingLimits = {
  /** Distinct pairs of ends with port and protocol. */
  readonly edges: number
  /** Connections remembered for counting once. */
  readonly connections: number
}

export const RECORDING_LIMITS: RecordingLimits = { edges: 500_000, connections: 200_000 }

type Draft = {
  readonly source: FlowEndpoint
  readonly destination: FlowEndpoint
  readonly protocol: Flow['protocol']
  readonly port: number | null
  readonly verdicts: Record<Verdict, number>
  readonly repeats: Record<Verdict, number>
  firstSeen: number
  lastSeen: number
}

/** Where a counted connection went, so that what is learnt of it later can be put right. */
type Receipt = { draft: Draft; verdict: Verdict; readonly count: number }

/**
 * The traffic of whole recordings, taken together by ends, port and protocol, however long ago it was. Every connection
 * counts once, as in the live window, by the clock of the recording.
 */
export class RecordedEdges {
  /** Machines that reported flows. */
  readonly nodes = new Set<string>()
  /** True when flows were left out because there were too many distinct pairs. */
  isFull = false
  private readonly drafts = new Map<string, Draft>()
  private readonly tracker: ConnectionTracker<Receipt>
  private readonly resolve: ReturnType<typeof createResolver>
  private readonly ledgers = new Map<string, SourceLedger>()

  constructor(
    cluster: Cluster,
    identity: Identity,
    private readonly limits: RecordingLimits = RECORDING_LIMITS,
  ) {
    this.resolve = createResolver(cluster, identity)
    this.tracker = new ConnectionTracker(limits.connections)
  }

  /** Takes what was read of one recording; times are those of the recording. */
  accept(source: string, batch: FlowBatch): void {
    const account = this.ledgerOf(source)
    account.settleOthers(batch)
    account.receive(batch.flows.length)
    for (const flow of batch.flows) this.add(account, flow)
  }

  private ledgerOf(source: string): SourceLedger {
    const known = this.ledgers.get(source)
    if (known !== undefined) return known
    const created = new SourceLedger(source)
    this.ledgers.set(source, created)
    return created
  }

  private add(account: SourceLedger, observed: ObservedFlow): void {
    if (observed.node !== null) this.nodes.add(observed.node)
    const route = this.resolve(observed)
    const judgement = this.tracker.judge(observed, observed.time, route.connection, rankOf(observed.family ?? 'stated'))
    if (judgement.action === 'ignore') {
      account.ignore(judgement.reason, 1)
      return
    }
    if (judgement.action === 'merge') {
      account.ignore(judgement.reason, 1)
      const { receipt } = judgement.entry
      if (receipt === null) return
      receipt.draft.lastSeen = Math.max(receipt.draft.lastSeen, observed.time)
      const { outcome, turned } = judgement.change ?? { outcome: null, turned: null }
      if (outcome === null && turned === null) return
      receipt.draft.verdicts[receipt.verdict] -= receipt.count
      receipt.verdict = outcome?.verdict ?? receipt.verdict
      if (turned !== null) receipt.draft = this.turned(receipt.draft, turned.port) ?? receipt.draft
      receipt.draft.verdicts[receipt.verdict] += receipt.count
      return
    }

    const { time, protocol, port, verdict, count } = observed
    const draft = this.draftOf(route.source, route.destination, protocol, port, time)
    if (draft === null) {
      this.isFull = true
      account.drop('too-many-edges', 1)
      return
    }
    account.store(1)
    draft.firstSeen = Math.min(draft.firstSeen, time)
    draft.lastSeen = Math.max(draft.lastSeen, time)
    if (!judgement.counts) {
      draft.repeats[verdict]++
      return
    }
    draft.verdicts[verdict] += count
    const receipt: Receipt = { draft, verdict, count }
    for (const entry of judgement.entries) entry.receipt = receipt
  }

  /** Pairs that carried anything. */
  *edges(): Iterable<FlowEdge> {
    for (const draft of this.drafts.values()) {
      const { verdicts, repeats } = draft
      if ([...Object.values(verdicts), ...Object.values(repeats)].every((count) => count === 0)) continue
      yield { ...draft, bytes: null, policies: [], reasons: [], reporters: [] }
    }
  }

  entries(): readonly LedgerEntry[] {
    return [...this.ledgers.values()].map((ledger) => ledger.entry())
  }

  /** The same ends the other way round, when the first record had them wrong; null when there is no room for it. */
  private turned({ source, destination, protocol, firstSeen, lastSeen }: Draft, port: number | null): Draft | null {
    const draft = this.draftOf(destination, source, protocol, port, firstSeen)
    if (draft === null) return null
    draft.firstSeen = Math.min(draft.firstSeen, firstSeen)
    draft.lastSeen = Math.max(draft.lastSeen, lastSeen)
    return draft
  }

  private draftOf(
    source: FlowEndpoint,
    destination: FlowEndpoint,
    protocol: Flow['protocol'],
    port: number | null,
    time: number,
  ): Draft | null {
    const key = JSON.stringify([source.ref, source.ip, destination.ref, destination.ip, protocol, port])
    const known = this.drafts.get(key)
    if (known !== undefined) return known
    if (this.drafts.size >= this.limits.edges) return null
    const draft: Draft = { source, destination, protocol, port, verdicts: none(), repeats: none(), firstSeen: time, lastSeen: time }
    this.drafts.set(key, draft)
    return draft
  }
}

function none(): Record<Verdict, number> {
  return { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
}
