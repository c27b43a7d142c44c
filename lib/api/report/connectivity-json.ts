import type { ConnectivityReport } from './connectivity-report'
import { jsonLines } from './json-lines'

/** The connectivity as JSON, one row a line. */
export function* connectivityJson({ level, basis, connections, unknown, isCut }: ConnectivityReport): Iterable<string> {
  yield `{\n  "apiVersion": "sluice/v1",\n  "kind": "Connectivity",\n  "level": ${JSON.stringify(level)},\n`
  yield `  "basis": ${JSON.stringify(basis)},\n  "connections": [`
  yield* jsonLines(connections)
  yield '],\n  "unknown": ['
  yield* jsonLines(unknown)
  yield `],\n  "complete": ${!isCut()}\n}\n`
}
