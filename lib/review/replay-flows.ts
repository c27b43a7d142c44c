import { compareText } from '../model/compare-text'
import type { FlowProtocol } from '../model/protocol'
import type { ChangeReason } from '../policy/diff/connectivity-change'
import type { PolicyEngine } from '../policy/engine'
import type { EvaluateAnswer, SideAnswer, UnknownReason } from '../policy/types'
import type { FlowReplay, RecordedConnection, ReplayedConnection, ReplayOutcome, ReplayUnknown, ReplayUnknownReason } from './flow-replay'

/** Connections listed of each outcome; the totals count the rest. */
export const MAX_REPLAYED = 1_000

/** What this module asks of the policy engine. */
export type ReplayEngine = Pick<PolicyEngine, 'evaluate'>

/** Asks each recorded connection once under both sets of policies, and says whose answer changes. */
export function replayFlows(recorded: readonly RecordedConnection[], before: ReplayEngine, after: ReplayEngine): FlowReplay {
  const replay = new Replay(before, after)
  for (const connection of recorded) replay.add(connection)
  return replay.finish()
}

/** The same, connection by connection, for those who have other things to do in between. */
export class Replay {
  readonly #before: ReplayEngine
  readonly #after: ReplayEngine
  readonly #newlyDenied: ReplayedConnection[] = []
  readonly #newlyAllowed: ReplayedConnection[] = []
  readonly #totals = { newlyDenied: none(), newlyAllowed: none(), unchanged: none(), unknown: none() }
  readonly #unknown = new Map<string, { -readonly [Key in keyof ReplayUnknown]: ReplayUnknown[Key] }>()

  constructor(before: ReplayEngine, after: ReplayEngine) {
    this.#before = before
    this.#after = after
  }

  add(connection: RecordedConnection): void {
    const before = ask(connection, this.#before)
    const after = this.#after === this.#before ? before : ask(connection, this.#after)
    const outcome = outcomeOf(before, after)
    const total = this.#totals[outcome]
    total.connections++
    total.flows += connection.count
    if (outcome === 'unknown') this.#countUnknown(connection, before, after)
    else if (outcome === 'newlyDenied') this.#newlyDenied.push(replayed(connection, before, after))
    else if (outcome === 'newlyAllowed') this.#newlyAllowed.push(replayed(connection, before, after))
  }

  finish(): FlowReplay {
    return {
      newlyDenied: mostFirst(this.#newlyDenied),
      newlyAllowed: mostFirst(this.#newlyAllowed),
      unchanged: this.#totals.unchanged.connections,
      unknown: this.#totals.unknown.connections,
      totals: this.#totals,
      unknownBecause: [...this.#unknown.values()].sort((a, b) => b.connections - a.connections || (a.reason < b.reason ? -1 : 1)),
    }
  }

  #countUnknown(connection: RecordedConnection, before: Answer, after: Answer): void {
    const { reason, at } = whyUnknown(connection, before, after)
    const key = `${reason} ${at}`
    const known = this.#unknown.get(key) ?? { reason, at, connections: 0, flows: 0 }
    known.connections++
    known.flows += connection.count
    this.#unknown.set(key, known)
  }
}

const none = () => ({ connections: 0, flows: 0 })

type Answer =
  | { readonly verdict: 'allowed' | 'denied'; readonly full: EvaluateAnswer }
  | { readonly verdict: 'unknown'; readonly reason: UnknownReason | 'differs' }

const PROTOCOLS: readonly FlowProtocol[] = ['TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPv6', 'OTHER']

function ask({ src, dst, protocol, port }: RecordedConnection, engine: ReplayEngine): Answer {
  const known = PROTOCOLS.find((candidate) => candidate === protocol) ?? 'OTHER'
  const full = engine.evaluate({ from: src, to: dst, port, protocol: known })
  if (full.verdict === 'allowed' || full.verdict === 'denied') return { verdict: full.verdict, full }
  return { verdict: 'unknown', reason: full.verdict === 'partial' ? 'differs' : (full.reason ?? 'unknown-endpoint') }
}

function outcomeOf(before: Answer, after: Answer): ReplayOutcome {
  if (before.verdict === 'unknown' || after.verdict === 'unknown') return 'unknown'
  if (before.verdict === after.verdict) return 'unchanged'
  return after.verdict === 'denied' ? 'newlyDenied' : 'newlyAllowed'
}

function whyUnknown(
  connection: RecordedConnection,
  before: Answer,
  after: Answer,
): { readonly reason: ReplayUnknownReason; readonly at: ReplayUnknown['at'] } {
  if (after.verdict !== 'unknown') {
    const reason = before.verdict === 'unknown' ? before.reason : 'unknown-endpoint'
    return { reason: reason === 'unknown-endpoint' && isExact(connection) ? 'end-appears' : reason, at: 'before' }
  }
  if (before.verdict !== 'unknown') {
    return { reason: after.reason === 'unknown-endpoint' && isExact(connection) ? 'end-disappears' : after.reason, at: 'after' }
  }
  return { reason: after.reason, at: 'both' }
}

/** True when both names stand for things that are there or not: no range, no DNS name, nothing that may be anywhere. */
function isExact({ src, dst }: RecordedConnection): boolean {
  return [src, dst].every((name) => !/^(dns|entity|cidr):/.test(name) && !(name.startsWith('ip:') && name.includes('-')))
}

function replayed(connection: RecordedConnection, before: Answer, after: Answer): ReplayedConnection {
  return {
    ...connection,
    before: before.verdict,
    after: after.verdict,
    because: [...decidingReasons(before, 'before'), ...decidingReasons(after, 'after')],
  }
}

function decidingReasons(answer: Answer, at: ChangeReason['at']): ChangeReason[] {
  if (answer.verdict === 'unknown') return []
  const { verdict, full } = answer
  const ofSide = (side: ChangeReason['side'], { verdict: own, by }: SideAnswer): ChangeReason[] =>
    own === verdict ? by.filter(({ effect }) => effect !== 'pass').map((reason) => ({ ...reason, at, side })) : []
  return [...ofSide('egress', full.egress), ...ofSide('ingress', full.ingress)]
}

function mostFirst(connections: readonly ReplayedConnection[]): ReplayedConnection[] {
  const sorted = [...connections].sort(
    (a, b) => b.count - a.count || compareText(a.src, b.src) || compareText(a.dst, b.dst) || (a.port ?? 0) - (b.port ?? 0),
  )
  return sorted.slice(0, MAX_REPLAYED)
}
