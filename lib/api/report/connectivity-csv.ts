import { connectionsText } from './connections-text'
import type { ConnectivityReport } from './connectivity-report'
import { csvLine } from './csv-line'

/** The connectivity as RFC 4180 text: a line for each pair, unknown ones with their reason. */
export function* connectivityCsv({ connections, unknown }: ConnectivityReport): Iterable<string> {
  yield csvLine(['source', 'destination', 'verdict', 'connections', 'reason'])
  for (const { src, dst, conns } of connections) yield csvLine([src, dst, 'allowed', connectionsText(conns), ''])
  for (const { src, dst, conns, reason } of unknown) yield csvLine([src, dst, 'unknown', connectionsText(conns), reason])
}
