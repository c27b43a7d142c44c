import { connectionsText } from './connections-text'
import type { ConnectivityReport } from './connectivity-report'
import { dotString } from './dot-text'
import { endsByNamespace } from './ends-by-namespace'

/** The connectivity as a Graphviz graph: a box for each namespace, unknown connections dashed. */
export function* connectivityDot({ ends, connections, unknown }: ConnectivityReport): Iterable<string> {
  yield 'digraph connectivity {\n  rankdir=LR\n  node [shape=box, fontname="sans-serif"]\n  edge [fontname="sans-serif", fontsize=10]\n'
  let cluster = 0
  for (const [namespace, members] of endsByNamespace(ends)) {
    yield `  subgraph cluster_${cluster++} {\n    label=${dotString(namespace)}\n`
    for (const end of members) yield `    ${dotString(end)}\n`
    yield '  }\n'
  }
  for (const { src, dst, conns } of connections) {
    yield `  ${dotString(src)} -> ${dotString(dst)} [label=${dotString(connectionsText(conns))}]\n`
  }
  for (const { src, dst, conns, reason } of unknown) {
    const label = dotString(`${connectionsText(conns)}? ${reason}`)
    yield `  ${dotString(src)} -> ${dotString(dst)} [label=${label}, style=dashed]\n`
  }
  yield '}\n'
}
