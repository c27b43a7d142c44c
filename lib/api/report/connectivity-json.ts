import type { ConnectionRow } from '../../policy/connectivity/connectivity'
import type { ConnectionSet } from '../../policy/types'
import type { ConnectivityReport } from './connectivity-report'
import { jsonLines } from './json-lines'

/** The connectivity as JSON, one row a line. */
export function* connectivityJson({ level, basis, connections, unknown, isCut }: ConnectivityReport): Iterable<string> {
  yield `{\n  "apiVersion": "sluice/v1",\n  "kind": "Connectivity",\n  "level": ${JSON.stringify(level)},\n`
  yield `  "basis": ${JSON.stringify(basis)},\n  "connections": [`
  yield* jsonLines(connections, connectionJson())
  yield '],\n  "unknown": ['
  yield* jsonLines(unknown)
  yield `],\n  "complete": ${!isCut()}\n}\n`
}

/** Rows by the million name the same ends and connections over and over. */
function connectionJson(): (row: ConnectionRow) => string {
  const ends = new Map<string, string>()
  const sets = new Map<ConnectionSet, string>()
  const textOf = <Value>(value: Value, known: Map<Value, string>): string => {
    let text = known.get(value)
    if (text === undefined) {
      text = JSON.stringify(value)
      known.set(value, text)
    }
    return text
  }
  return ({ src, dst, conns }) => `{"src":${textOf(src, ends)},"dst":${textOf(dst, ends)},"conns":${textOf(conns, sets)}}`
}
