import type { Duty, SourceReport } from '@/lib/api/collector-report'
import type { SourcesSummary } from '@/lib/api/stream'
import type { AcceptedBatch, ClockNotes, FlowBatch, FlowPipeline } from '@/lib/flows/pipeline'
import { isSharedSource } from '@/lib/flows/shared-sources'
import { PROOF_WORDS, type RecordKind, type SourceFact, type SourceProof } from '@/lib/flows/source-about'
import { familyOfSource } from '@/lib/flows/source-rank'
import { compareText } from '@/lib/model/compare-text'
import { durationWords } from '@/lib/model/duration-words'
import { maskUserinfo } from '@/lib/model/mask-userinfo'
import type { Clock } from './clock'
import type { FlowLoad } from './flow-load'
import type { FlowSource } from './flow-sources/flow-source'
import { silenceAdvice, silentAfterMs } from './silence'
import { SourceRate } from './source-rate'

export type SourceState = SourcesSummary['sources'][number]['state']

/** Sources that lose what is not taken at once. Files wait, and so do those who post and want an answer. */
const LIVE_KINDS: ReadonlySet<string> = new Set(['hubble', 'goldmane', 'forward'])

export type IntakeOptions = {
  readonly pipeline: FlowPipeline
  readonly clock: Clock
  readonly onAccepted: (source: string, accepted: AcceptedBatch) => void
  /** Hears how long live flows take; nobody without it. */
  readonly load?: FlowLoad | null
}

/** One configured flow source as the runtime sees it: what it is, how it does, what came of it. */
export class FlowIntake {
  readonly name: string
  readonly kind: string
  readonly proof: SourceProof | null
  readonly #pipeline: FlowPipeline
  readonly #clock: Clock
  readonly #rate = new SourceRate()
  readonly #onAccepted: IntakeOptions['onAccepted']
  readonly #load: FlowLoad | null
  #state: SourceState = 'connecting'
  /** When it became live, by our clock; null while it is not. */
  #liveSince: number | null = null
  #message: string | null = null
  #facts: readonly SourceFact[] = []
  /** Kinds of records that came, of a source that takes several: at most as many as are read. */
  readonly #kinds = new Map<string, RecordKind>()
  #unknownFields = 0
  #duty: Duty
  #wentOn: SourceFact | null = null

  constructor(
    { name, kind, proof }: Pick<FlowSource, 'name' | 'kind' | 'proof'>,
    { pipeline, clock, onAccepted, load = null }: IntakeOptions,
  ) {
    this.name = name
    this.kind = kind
    this.proof = proof
    this.#duty = isSharedSource(kind) ? 'unguarded' : 'own'
    this.#pipeline = pipeline
    this.#clock = clock
    this.#onAccepted = onAccepted
    this.#load = load
  }

  accept(batch: FlowBatch): AcceptedBatch {
    if (this.#state !== 'live') this.become('live', null)
    this.#unknownFields += batch.unknownFields
    if (this.proof === null) for (const kind of batch.kinds ?? []) this.#kinds.set(kind.title, kind)
    const isLive = LIVE_KINDS.has(this.kind)
    const take = () => {
      const accepted = this.#pipeline.accept(this.name, batch, this.#clock.now(), { family: familyOfSource(this.kind), isLive })
      this.#onAccepted(this.name, accepted)
      return accepted
    }
    // What can wait is no load: it comes as fast as it is taken.
    return isLive && this.#load !== null ? this.#load.measure(take) : take()
  }

  /** Takes flows of before the start, which come much faster than those of now. */
  acceptHistory(batch: FlowBatch): void {
    this.accept(batch)
    this.#rate.restart()
  }

  /** `message` says what happened and what to do. */
  become(state: SourceState, message: string | null, facts: readonly SourceFact[] = this.#facts): void {
    if (state !== 'live') this.#liveSince = null
    else this.#liveSince ??= this.#clock.now()
    this.#state = state
    this.#message = message === null ? null : maskUserinfo(message)
    this.#facts = facts
  }

  /** How it comes that this process counts the source, or does not. */
  takeDuty(duty: Duty): void {
    this.#duty = duty
    if (duty === 'waits') this.#wentOn = null
  }

  /** Says that an earlier run counted the source until a moment. */
  goOnFrom(countedUntil: number): void {
    const now = this.#clock.now()
    const [from, at] = [new Date(countedUntil).toISOString(), new Date(now).toISOString()]
    const gap = Math.max(0, Math.round((now - countedUntil) / 1_000))
    const value = `at ${at} from ${from} on; what the source no longer remembered of these ${gap} s is missing`
    this.#wentOn = { name: 'went on', value }
  }

  /** What the source says of itself, how far the reading of each kind of record that came is proved, and from where it went on. */
  get facts(): readonly SourceFact[] {
    const kinds = [...this.#kinds.values()].sort((a, b) => compareText(a.title, b.title))
    const went = this.#wentOn === null ? [] : [this.#wentOn]
    return [...this.#facts, ...kinds.map(({ title, proof }) => ({ name: title, value: PROOF_WORDS[proof] })), ...went]
  }

  /** Takes the counters of this second. */
  sample(): void {
    this.#rate.sample(this.ledger.received, this.#clock.now())
  }

  /** Fields of its lines that our own format does not have, since the start. */
  get unknownFields(): number {
    return this.#unknownFields
  }

  get ledger() {
    return this.#pipeline.ledger.source(this.name).entry()
  }

  summary(): SourcesSummary['sources'][number] {
    const { lostAtSource, dropped } = this.ledger
    const lost = lostAtSource + Object.values(dropped).reduce((sum, count) => sum + count, 0)
    const { perSecond, lastGrowthAt } = this.#rate
    const delay = this.#pipeline.delay(this.name, this.#clock.now())
    return { name: this.name, kind: this.kind, ...this.#condition(), perSecond, lastAt: lastGrowthAt, lost, delay }
  }

  /** Everything that is told of the source. */
  report(): SourceReport {
    const { proof, facts, ledger, unknownFields } = this
    return { ...this.summary(), proof, facts, ledger, unknownFields, duty: this.#duty }
  }

  #condition(): { state: SourceState; message: string | null } {
    if (this.#state !== 'live') return { state: this.#state, message: this.#message }
    const { lastGrowthAt, longestPauseMs } = this.#rate
    // A source that came back has its time to say something.
    const silentMs = this.#clock.now() - Math.max(lastGrowthAt ?? 0, this.#liveSince ?? 0)
    const isSilent = silentMs >= silentAfterMs(longestPauseMs)
    if (!isSilent) return { state: 'live', message: this.#message ?? timeNote(this.#pipeline.clockNotes(this.name)) }
    const since = lastGrowthAt === null ? 'no flows since the start' : `no flows for ${durationWords(this.#clock.now() - lastGrowthAt)}`
    const advice = this.#message ?? silenceAdvice(this.kind)
    return { state: 'silent', message: advice === null ? since : `${since}; ${advice}` }
  }
}

/** What a reader must know about the times of a source's flows; null when they are as they should be. */
function timeNote({ ahead, aheadMaxMs, old }: ClockNotes): string | null {
  const notes: string[] = []
  if (old > 0) notes.push(`${old} flows were older than the last hour and count at the moment they came`)
  if (ahead > 0) notes.push(`${ahead} flows were up to ${durationWords(aheadMaxMs)} ahead of this clock; check the clocks`)
  return notes.length === 0 ? null : notes.join('; ')
}
