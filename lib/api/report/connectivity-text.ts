import { basisLines } from './basis'
import { connectionsText } from './connections-text'
import type { ConnectivityReport } from './connectivity-report'
import { textLine } from './text-columns'

/** `ip:255.255.255.255-255.255.255.255`; IPv6 ranges may be longer and push their line to the right. */
const OUTSIDE_WIDTH = 34

/** The connectivity for people: what it rests on, a table, and how much there is. */
export function* connectivityText({ level, basis, ends, connections, unknown, isCut }: ConnectivityReport): Iterable<string> {
  yield `${basisLines(basis).join('\n')}\n\n`
  const width = ends.reduce((widest, end) => Math.max(widest, end.length), OUTSIDE_WIDTH)
  const widths = [width, width]
  let count = 0
  for (const { src, dst, conns } of connections) {
    if (count === 0) yield `${textLine(['SOURCE', 'DESTINATION', 'ALLOWED'], widths)}\n`
    yield `${textLine([src, dst, connectionsText(conns)], widths)}\n`
    count++
  }
  let unknownCount = 0
  for (const { src, dst, conns, reason } of unknown) {
    if (unknownCount === 0) yield `\n${textLine(['SOURCE', 'DESTINATION', 'UNKNOWN'], widths)}\n`
    yield `${textLine([src, dst, `${connectionsText(conns)} (${reason})`], widths)}\n`
    unknownCount++
  }
  const pairs = `${count} ${count === 1 ? 'pair has' : 'pairs have'} an allowed connection`
  const rest = unknownCount === 0 ? '' : `, and of ${unknownCount} the policies cannot tell`
  yield `${count + unknownCount === 0 ? '' : '\n'}${ends.length} ${ends.length === 1 ? level : `${level}s`}: ${pairs}${rest}.\n`
  if (isCut()) yield 'The list is not complete: its limit was reached.\n'
}
