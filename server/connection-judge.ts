import type { Flow, FlowPolicy } from '@/lib/flows/flow'
import type { ComputedVerdicts, Connection } from '@/lib/graph/computed-verdicts'

/** Connections a second that are judged for the first time, about 50 microseconds each in a large cluster. */
const MAX_JUDGED_ANEW = 500

/** What the policies say of connections at the moment they are taken. */
export class ConnectionJudge {
  readonly #now: () => number
  readonly #verdicts: () => ComputedVerdicts
  #second = 0
  #judgedAnew = 0

  /** @param verdicts of the newest reading of the cluster */
  constructor(now: () => number, verdicts: () => ComputedVerdicts) {
    this.#now = now
    this.#verdicts = verdicts
  }

  /** null when too many new ones come at once. */
  verdictOf(connection: Connection): Flow['computed'] {
    const verdicts = this.#verdicts()
    if (!verdicts.isKnown(connection)) {
      const second = Math.floor(this.#now() / 1000)
      if (this.#second !== second) {
        this.#second = second
        this.#judgedAnew = 0
      }
      if (this.#judgedAnew++ >= MAX_JUDGED_ANEW) return null
    }
    return verdicts.of(connection).verdict
  }

  /** The policies that refuse a flow; none when the policies do not. */
  refusingPolicies(flow: Flow): readonly FlowPolicy[] {
    const { verdict, policies, bySide } = this.#verdicts().of(flow)
    if (verdict !== 'denied') return []
    return (flow.direction === null ? policies : bySide[flow.direction]) as readonly FlowPolicy[]
  }
}
