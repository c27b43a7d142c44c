import { performance } from 'node:perf_hooks'
import type { Circumstances } from '@/lib/detect/circumstances'
import { Detection } from '@/lib/detect/detect-findings'
import type { DatedFinding, Finding } from '@/lib/detect/finding'
import { findingKeys } from '@/lib/detect/finding-keys'
import type { Clock } from './clock'
import type { ClusterState } from './cluster-state'
import { Turns } from './turns'

/** Time and traffic change what is found at most this often. */
const MOMENT_MS = 5_000
/** Changes of the cluster that come soon after each other are judged together. */
const REST_MS = 2_000
/** Judging takes at most a fifth of the time, however large the cluster is and however often it changes. */
const REST_PER_WORK = 4

/** What is judged: the newest reading of the cluster, and what goes on in it. */
export type FindingsGround = {
  readonly clock: Clock
  /** null before the first reading. */
  state(): ClusterState | null
  circumstances(): Circumstances
}

/** What was found last. */
export type JudgedFindings = {
  readonly findings: readonly DatedFinding[]
  /** Counted up whenever a finding comes, goes or says something else. */
  readonly revision: number
  /** Milliseconds since the epoch; null before the first judgement. */
  readonly judgedAt: number | null
  /** Why the newest reading could not be judged: `findings` are those of `judgedAt`. null when it could. */
  readonly problem: string | null
}

/**
 * Keeps the findings of a cluster up to date, off the way of requests: after each change of the cluster, and every few
 * seconds for what comes and goes with time and traffic. Works in turns with everything else that the process does.
 */
export class FindingsWatch {
  readonly #ground: FindingsGround
  #judged: JudgedFindings = { findings: [], revision: 0, judgedAt: null, problem: null }
  #detection: { readonly state: ClusterState; readonly detection: Detection } | null = null
  /** null while nothing is being judged. */
  #running: Promise<void> | null = null
  #cancel: (() => void) | null = null
  #restUntil = Number.NEGATIVE_INFINITY
  readonly #stopped = new AbortController()

  constructor(ground: FindingsGround) {
    this.#ground = ground
  }

  get judged(): JudgedFindings {
    return this.#judged
  }

  /** The findings of the newest reading: waits while it is being judged. For tests, and for whoever asks before the first judgement. */
  async settled(): Promise<JudgedFindings> {
    const state = this.#ground.state()
    while (state !== null && this.#detection?.state !== state) {
      this.#cancel?.()
      this.#cancel = null
      this.#start()
      await this.#running
      if (this.#stopped.signal.aborted) break
    }
    await this.#running
    return this.#judged
  }

  /** The first findings there are, or those of now. */
  async first(): Promise<JudgedFindings> {
    return this.#judged.judgedAt === null ? this.settled() : this.#judged
  }

  /** The cluster changed. */
  changed(): void {
    this.#schedule()
  }

  /** What happens once a second. */
  tick(): void {
    const { judgedAt } = this.#judged
    if (judgedAt !== null && this.#ground.clock.now() - judgedAt >= MOMENT_MS) this.#schedule()
  }

  stop(): void {
    this.#stopped.abort()
    this.#cancel?.()
  }

  #schedule(): void {
    const waitMs = Math.max(0, this.#restUntil - this.#ground.clock.now())
    if (this.#running !== null || this.#cancel !== null || this.#stopped.signal.aborted) return
    if (waitMs === 0) {
      this.#start()
      return
    }
    this.#cancel = this.#ground.clock.after(waitMs, () => {
      this.#cancel = null
      this.#start()
    })
  }

  #start(): void {
    const state = this.#ground.state()
    if (this.#running !== null || state === null || this.#stopped.signal.aborted) return
    const started = performance.now()
    this.#running = this.#judge(state)
      .catch((error: unknown) => {
        const { revision } = this.#judged
        const problem = error instanceof Error ? error.message : String(error)
        if (problem !== this.#judged.problem) this.#judged = { ...this.#judged, problem, revision: revision + 1 }
        // A reading that cannot be judged is not tried again.
        this.#detection = { state, detection: new Detection(state.cluster, state.engine) }
      })
      .then(() => {
        this.#running = null
        this.#restUntil = this.#ground.clock.now() + Math.max(REST_MS, REST_PER_WORK * (performance.now() - started))
        if (this.#ground.state() !== state) this.changed()
      })
  }

  async #judge(state: ClusterState): Promise<void> {
    const detection =
      this.#detection?.state === state ? this.#detection.detection : new Detection(state.cluster, state.engine, state.documents)
    const turns = new Turns(this.#stopped.signal)
    await turns.yield()
    const findings = await turns.finish(detection.judge(this.#ground.circumstances()))
    this.#detection = { state, detection }
    this.#publish(findings)
  }

  #publish(found: readonly Finding[]): void {
    const now = this.#ground.clock.now()
    const { findings: old, revision, problem } = this.#judged
    const oldKeys = findingKeys(old)
    const before = new Map(old.map((finding, index) => [oldKeys[index], finding]))
    const keys = findingKeys(found)
    const findings = found.map((finding, index): DatedFinding => {
      const known = before.get(keys[index])
      return known !== undefined && saysTheSame(known, finding) ? known : { ...finding, since: known?.since ?? now }
    })
    const isChanged = problem !== null || findings.length !== old.length || findings.some((finding, index) => finding !== old[index])
    this.#judged = { findings, revision: revision + (isChanged ? 1 : 0), judgedAt: now, problem: null }
  }
}

function saysTheSame({ since: _since, ...before }: DatedFinding, now: Finding): boolean {
  return JSON.stringify(before) === JSON.stringify(now)
}
