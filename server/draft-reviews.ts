import { createHash } from 'node:crypto'
import type { SourceReport } from '@/lib/api/collector-report'
import { type DiffDocument, diffDocument, draftProblemDocuments, MAX_LISTED_CHANGES, type UnchangedPairs } from '@/lib/api/diff-document'
import { basisOf } from '@/lib/api/report/basis'
import { ONLY_OBJECTS } from '@/lib/detect/circumstances'
import { Detection } from '@/lib/detect/detect-findings'
import type { Finding } from '@/lib/detect/finding'
import type { ReportingNodes } from '@/lib/flows/reporting-nodes'
import type { Result } from '@/lib/model/problem'
import type { Connectivity } from '@/lib/policy/connectivity/connectivity'
import type { ConnectivityDiff } from '@/lib/policy/diff/connectivity-change'
import { diffInSteps } from '@/lib/policy/diff/diff-connectivity'
import type { PolicyEngine } from '@/lib/policy/engine'
import { compareFindings, type FindingChange } from '@/lib/review/compare-findings'
import { gatherEvidence } from '@/lib/review/evidence'
import type { FlowReplay, RecordedConnection } from '@/lib/review/flow-replay'
import { recordConnections } from '@/lib/review/record-connections'
import { Replay } from '@/lib/review/replay-flows'
import type { ClusterState } from './cluster-state'
import { type CompiledDraft, compileDraft } from './compile-draft'
import { aProblem, type Problem } from './http/problem'
import type { Moments } from './moments'
import { Turns } from './turns'
import { unchangedPairs } from './unchanged-pairs'

/** What reviews take from everything that runs. */
export type ReviewGround = {
  readonly state: ClusterState
  readonly sources: readonly Pick<SourceReport, 'ledger'>[]
  readonly reportingNodes: ReportingNodes
  readonly moments: Pick<Moments, 'resting' | 'flowEdges'>
}

export type DiffQuestion = {
  /** YAML of the draft. */
  readonly changes: string
  readonly level: 'workload' | 'pod'
  readonly external: boolean
  /** Also the pairs of which nothing changes. */
  readonly unchanged: boolean
  readonly windowMs: number
  /** End of the time range, milliseconds since the epoch; null is now. */
  readonly at: number | null
  /** A draft of which nothing can be read is answered with its problems, not refused. */
  readonly lenient: boolean
}

/** Drafts that stay compiled. A page asks again for the same one as time goes on. */
const MAX_REMEMBERED = 4
/** Reviews that may wait for the one that is being worked on. */
const MAX_WAITING = 8

type Remembered = {
  readonly compiled: CompiledDraft
  readonly findings: FindingChange
  readonly diffs: Map<string, ConnectivityDiff>
  readonly unchanged: Map<string, UnchangedPairs>
}

/** Compares drafts with the cluster, one at a time, in turns with everything else that the process does. */
export class DraftReviews {
  readonly #ground: ReviewGround
  /** By the hash of the text, oldest use first; all for one reading of the cluster. */
  readonly #remembered = new Map<string, Remembered>()
  #revision: number | null = null
  readonly #connectivity = new WeakMap<PolicyEngine, PolicyEngine>()
  readonly #before = new WeakMap<PolicyEngine, readonly Finding[]>()
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(ground: ReviewGround) {
    this.#ground = ground
  }

  /** Throws the signal's reason when it is aborted. */
  async diff(question: DiffQuestion, signal: AbortSignal): Promise<Result<DiffDocument, Problem>> {
    if (this.#waiting >= MAX_WAITING) {
      return { ok: false, error: aProblem(429, 'Too many drafts at once', 'Others are being compared; try again in a moment.') }
    }
    this.#waiting++
    const turn = this.#last.then(() => this.#review(question, signal))
    this.#last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#waiting--
    }
  }

  async #review(question: DiffQuestion, signal: AbortSignal): Promise<Result<DiffDocument, Problem>> {
    signal.throwIfAborted()
    const { state } = this.#ground
    const turns = new Turns(signal)
    const draft = await this.#compile(question.changes, state, turns)
    const { compiled } = draft
    if (compiled.objects.length === 0 && !compiled.isComplete && !question.lenient) return { ok: false, error: nothingToCompare(compiled) }

    const diff = await this.#diff(question, draft, turns)
    const unchanged = question.unchanged ? await this.#unchanged(question, draft, diff, turns) : null
    const to = question.at ?? this.#ground.moments.resting(question.windowMs)
    const from = to - question.windowMs
    const recorded = recordConnections(this.#ground.moments.flowEdges(from, to), state.cluster)
    await turns.yield()
    const replay = await replayInTurns(recorded, compiled, turns)
    const evidence = gatherEvidence({
      recorded,
      cluster: state.cluster,
      ledgers: this.#ground.sources.map(({ ledger }) => ledger),
      reportingNodes: this.#ground.reportingNodes.since(from),
      range: { from, to },
    })
    await turns.yield()
    const document = diffDocument({
      objects: compiled.objects,
      problems: compiled.problems,
      isComplete: compiled.isComplete,
      diff,
      unchanged,
      replay,
      evidence,
      findings: draft.findings,
      basis: { before: basisOf(state.cluster, compiled.before, false), after: basisOf(compiled.clusterAfter, compiled.after, false) },
      revision: state.revision,
    })
    return { ok: true, value: document }
  }

  async #compile(text: string, state: ClusterState, turns: Turns): Promise<Remembered> {
    if (this.#revision !== state.revision) this.#remembered.clear()
    this.#revision = state.revision
    const key = createHash('sha256').update(text).digest('base64')
    const known = this.#remembered.get(key)
    this.#remembered.delete(key)
    const remembered = known ?? (await this.#compileAnew(text, state, turns))
    this.#remembered.set(key, remembered)
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= MAX_REMEMBERED) break
      this.#remembered.delete(oldest)
    }
    return remembered
  }

  async #compileAnew(text: string, state: ClusterState, turns: Turns): Promise<Remembered> {
    const compiled = await compileDraft(text, state, turns)
    const { before, after, clusterAfter } = compiled
    if (before === after) return { compiled, findings: { introduced: [], cleared: [] }, diffs: new Map(), unchanged: new Map() }
    // Another engine than that of the cluster stands here only when the draft tells whose rules count.
    const found = await this.#found(state, before, turns)
    const findings = compareFindings(found, await turns.finish(new Detection(clusterAfter, after).judge(ONLY_OBJECTS)))
    return { compiled, findings, diffs: new Map(), unchanged: new Map() }
  }

  /** What the objects alone show before the draft: time and traffic would show as differences. */
  async #found(state: ClusterState, before: PolicyEngine, turns: Turns): Promise<readonly Finding[]> {
    const known = this.#before.get(before)
    if (known !== undefined) return known
    const found = await turns.finish(new Detection(state.cluster, before).judge(ONLY_OBJECTS))
    this.#before.set(before, found)
    return found
  }

  async #diff({ level, external }: DiffQuestion, { compiled, diffs }: Remembered, turns: Turns): Promise<ConnectivityDiff> {
    const key = `${level} ${external}`
    const known = diffs.get(key)
    if (known !== undefined) return known
    const { before, after } = compiled
    if (before === after) return { level, changes: [], unknown: [] }
    const diff = await turns.finish(diffInSteps(this.#remember(before), this.#remember(after), { level, external }))
    diffs.set(key, diff)
    return diff
  }

  async #unchanged({ level, external }: DiffQuestion, { compiled, unchanged }: Remembered, { changes }: ConnectivityDiff, turns: Turns) {
    const key = `${level} ${external}`
    const known = unchanged.get(key)
    if (known !== undefined) return known
    const connectivity = this.#remember(compiled.after).connectivity(level, { external })
    const found = await unchangedPairs(connectivity, changes, MAX_LISTED_CHANGES, turns)
    unchanged.set(key, found)
    return found
  }

  /** The same engine, which works out its whole connectivity only once. */
  #remember(engine: PolicyEngine): PolicyEngine {
    const known = this.#connectivity.get(engine)
    if (known !== undefined) return known
    const answers = new Map<string, Connectivity>()
    const connectivity: PolicyEngine['connectivity'] = (level, options = {}) => {
      const key = `${level} ${options.external ?? true}`
      const answer = answers.get(key) ?? engine.connectivity(level, options)
      answers.set(key, answer)
      return answer
    }
    // Not spread: that would work out every property that is made on demand.
    const remembering: PolicyEngine = Object.create(engine, { connectivity: { value: connectivity } })
    this.#connectivity.set(engine, remembering)
    return remembering
  }
}

async function replayInTurns(recorded: readonly RecordedConnection[], { before, after }: CompiledDraft, turns: Turns): Promise<FlowReplay> {
  const replay = new Replay(before, after)
  for (const connection of recorded) {
    replay.add(connection)
    await turns.next()
  }
  return replay.finish()
}

function nothingToCompare({ problems }: CompiledDraft): Problem {
  const listed = draftProblemDocuments(problems)
  const [first] = listed
  const place = first?.line ? `Line ${first.line}: ` : ''
  return aProblem(400, 'The draft cannot be read', first === undefined ? 'It has no object.' : `${place}${first.message}`, listed)
}
