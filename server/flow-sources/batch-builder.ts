import type { ObservedFlow } from '@/lib/flows/flow'
import type { FlowBatch } from '@/lib/flows/pipeline'
import type { RecordKind } from '@/lib/flows/source-about'
import type { DecodedLine } from './decoded-line'
import { LookupSums } from './lookup-sums'

/** Distinct reasons kept in one batch; further ones are counted together. */
const MAX_REASONS = 32

/**
 * Tells the loss that says where a history begins from others: a `HUBBLE_RING_BUFFER` loss of one event, the first of its
 * stream. Every request that reaches further back than the ring emits exactly one.
 */
export class HistoryStart {
  private hasSeenLoss = false

  isAt({ count, where }: { readonly count: number; readonly where: string }): boolean {
    const isStart = !this.hasSeenLoss && count === 1 && where === 'HUBBLE_RING_BUFFER'
    this.hasSeenLoss = true
    return isStart
  }
}

/**
 * Collects decoded lines of one stream into batches. Every line ends up in exactly one place.
 *
 * A stream that comes in several bodies has one history: each of their builders is given it.
 */
export class BatchBuilder {
  private readonly historyStart: HistoryStart
  private flows: ObservedFlow[] = []
  private ignored = new Map<string, number>()
  private rejected = new Map<string, number>()
  private kinds = new Set<RecordKind>()
  private lost = 0
  private unknownFields = 0
  private lines = 0
  private readonly lookups = new LookupSums()

  constructor(historyStart = new HistoryStart()) {
    this.historyStart = historyStart
  }

  /** Lines since the last batch, without those that were summed up with others. */
  get size(): number {
    return this.lines
  }

  add(line: DecodedLine): void {
    this.lines++
    this.lost += line.lostBefore ?? 0
    if (line.readAs !== undefined) this.kinds.add(line.readAs)
    switch (line.kind) {
      case 'flow':
        if (this.lookups.add(line.flow, this.flows)) {
          this.lines--
          addOne(this.ignored, 'repeat/same-lookup')
        } else this.flows.push(line.flow)
        this.unknownFields += line.unknownFields
        break
      case 'flows':
        this.flows.push(...line.flows)
        break
      case 'ignored':
        addOne(this.ignored, line.reason)
        break
      case 'rejected':
        addOne(this.rejected, line.reason)
        break
      case 'lost': {
        const isBeginning = this.historyStart.isAt(line)
        addOne(this.ignored, isBeginning ? 'history-begins' : 'lost-events')
        if (!isBeginning) this.lost += line.count
      }
    }
  }

  /** Hands over what was collected and starts afresh. */
  take(): FlowBatch {
    const batch: FlowBatch = {
      flows: this.flows,
      ignored: this.ignored,
      rejected: this.rejected,
      lostAtSource: this.lost,
      unknownFields: this.unknownFields,
      kinds: this.kinds,
    }
    this.flows = []
    this.lookups.clear()
    this.ignored = new Map()
    this.rejected = new Map()
    this.kinds = new Set()
    this.lost = 0
    this.unknownFields = 0
    this.lines = 0
    return batch
  }
}

function addOne(counts: Map<string, number>, reason: string): void {
  const key = counts.has(reason) || counts.size < MAX_REASONS ? reason : 'other'
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
