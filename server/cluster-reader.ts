import { basename } from 'node:path'
import type { InputProblem } from '@/lib/model/problem'
import type { Clock } from './clock'
import { type ClusterReading, type ClusterState, compileCluster } from './cluster-state'

/** Time that reading may take of a second of changes that do not end: the gap before the next one is this many times as long as it took. */
const GAP_PER_READING = 2

export type ClusterReaderOptions = {
  readonly read: () => Promise<ClusterReading>
  readonly clock: Clock
  /** Changes that come within this time are read once. */
  readonly settleMs: number
  readonly onState: (state: ClusterState) => void
}

/**
 * Keeps the newest usable reading of a cluster. A reading that fails, or that has no object left where there were some
 * before, is a problem to show; the last good one stays.
 */
export class ClusterReader {
  readonly #options: ClusterReaderOptions
  #state: ClusterState | null = null
  #problem: InputProblem | null = null
  #cancelRead: (() => void) | null = null
  #notBefore = 0
  #isReading = false
  #isStale = false

  constructor(options: ClusterReaderOptions) {
    this.#options = options
  }

  /** null until the first reading. */
  get state(): ClusterState | null {
    return this.#state
  }

  /** Why the state is older than what is there now; null when it is not. */
  get problem(): InputProblem | null {
    return this.#problem
  }

  /** Asks for a new reading soon. Changes without end put it off no further. */
  changed(): void {
    if (this.#cancelRead !== null) return
    const { clock, settleMs } = this.#options
    const wait = Math.max(settleMs, this.#notBefore - clock.now())
    this.#cancelRead = clock.after(wait, () => {
      this.#cancelRead = null
      void this.readNow()
    })
  }

  /** Reads at once; never throws. A change that comes meanwhile is read afterwards. */
  async readNow(): Promise<void> {
    if (this.#isReading) {
      this.#isStale = true
      return
    }
    this.#isReading = true
    try {
      this.use(await this.#options.read())
    } catch (error) {
      this.#problem = readingProblem(error instanceof Error ? error.message : 'the cluster could not be read')
    } finally {
      this.#isReading = false
    }
    if (!this.#isStale) return
    this.#isStale = false
    this.changed()
  }

  /** Takes a reading that is there already. */
  use(reading: ClusterReading): void {
    const before = this.#state
    if (reading.documents.length === 0 && before !== null && before.revision > 0 && hasObjects(before)) {
      const [first] = reading.problems
      this.#problem = readingProblem(first?.message ?? 'there are no objects any more; the last reading is shown')
      return
    }
    const { clock, onState } = this.#options
    const state = compileCluster(reading, (before?.revision ?? 0) + 1, clock.now(), before)
    this.#problem = null
    this.#state = state
    onState(state)
    this.#notBefore = clock.now() + GAP_PER_READING * (state.readMs + state.compileMs)
  }

  stop(): void {
    this.#cancelRead?.()
    this.#cancelRead = null
  }
}

function hasObjects({ cluster }: ClusterState): boolean {
  return cluster.namespaces.size + cluster.others.length + cluster.policies.length > 0
}

function readingProblem(message: string): InputProblem {
  return { file: 'cluster', line: null, column: null, severity: 'error', message }
}

/** `online-boutique` for `/srv/clusters/online-boutique`. */
export function clusterNameOf(path: string): string {
  return path === '-' ? 'standard input' : basename(path) || 'manifests'
}
