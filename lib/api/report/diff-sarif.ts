import type { Origin } from '../../model/object'
import type { ChangeReason, ConnectivityChange } from '../../policy/diff/connectivity-change'
import { connectionsText } from './connections-text'
import { type DiffReport, isClosed, isOpened } from './diff-report'
import { reasonsAt } from './reason-text'
import type { SarifResult, SarifRule } from './sarif'

export const DIFF_RULES: readonly SarifRule[] = [
  {
    id: 'connection-opened',
    name: 'ConnectionOpened',
    level: 'warning',
    summary: 'The change allows a connection that was denied.',
    description: 'Pods that could not talk to each other before can do so after the change.',
    help: 'Check that this connection is wanted. The message names the rules that decide before and after.',
  },
  {
    id: 'connection-closed',
    name: 'ConnectionClosed',
    level: 'note',
    summary: 'The change denies a connection that was allowed.',
    description: 'Pods that could talk to each other before can no longer do so after the change.',
    help: 'Check that nobody needs this connection. The message names the rules that decide before and after.',
  },
  {
    id: 'flow-broken',
    name: 'FlowBroken',
    level: 'error',
    summary: 'The change denies traffic that was recorded.',
    description: 'This connection was seen in the recorded flows, was allowed, and is denied after the change.',
    help: 'Add a rule that allows it, or make sure that the traffic is not needed.',
  },
]

/** Where things are written; null where they are in no file. */
export type DiffPlaces = {
  readonly ofReason: (reason: ChangeReason) => Origin | null
  readonly ofEnd: (ref: string) => Origin | null
  /** For what is about neither a policy nor an end that is written somewhere: code scanning wants a place for everything. */
  readonly first: Origin | null
}

export function diffResults({ diff, replay }: DiffReport, places: DiffPlaces): readonly SarifResult[] {
  const broken = replay.newlyDenied.map(({ src, dst, protocol, port, count, because }): SarifResult => {
    const what = `${src} → ${dst} ${protocol}${port === null ? '' : ` ${port}`}`
    return {
      ruleId: 'flow-broken',
      level: 'error',
      message: `${what} was recorded (${count} ${count === 1 ? 'flow' : 'flows'}) and is denied now.${becauseText(because)}`,
      place: placeOf({ src, dst, because }, places),
      identity: what,
    }
  })
  return [...broken, ...diff.changes.flatMap((change) => changeResults(change, places))]
}

function changeResults(change: ConnectivityChange, places: DiffPlaces): readonly SarifResult[] {
  const { src, dst, before, after, because } = change
  const result = (ruleId: string, level: SarifResult['level'], verb: string): SarifResult => ({
    ruleId,
    level,
    message: `${src} → ${dst} ${verb}: ${connectionsText(before)} before, ${connectionsText(after)} after.${becauseText(because)}`,
    place: placeOf({ src, dst, because }, places),
    identity: `${src} → ${dst} ${connectionsText(before)} ${connectionsText(after)}`,
  })
  return [
    ...(isOpened(change) ? [result('connection-opened', 'warning', 'opens')] : []),
    ...(isClosed(change) ? [result('connection-closed', 'note', 'closes')] : []),
  ]
}

function becauseText(because: readonly ChangeReason[]): string {
  const [was, is] = [reasonsAt(because, 'before'), reasonsAt(because, 'after')]
  return `${was === '' ? '' : ` Before: ${was}.`}${is === '' ? '' : ` After: ${is}.`}`
}

/** A rule of the new state if there is one, else a policy of it: that is what a reviewer looks at. Without one, an end. */
function placeOf(
  { src, dst, because }: Pick<ConnectivityChange, 'src' | 'dst' | 'because'>,
  { ofReason, ofEnd, first }: DiffPlaces,
): Origin | null {
  const rank = ({ at, rule }: ChangeReason): number => (at === 'after' ? 0 : 2) + (rule === null ? 1 : 0)
  for (const reason of [...because].sort((a, b) => rank(a) - rank(b))) {
    const place = ofReason(reason)
    if (place !== null) return place
  }
  return ofEnd(dst) ?? ofEnd(src) ?? first
}
