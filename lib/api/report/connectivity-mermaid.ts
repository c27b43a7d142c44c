import { connectionsText } from './connections-text'
import type { ConnectivityReport } from './connectivity-report'
import { endsByNamespace } from './ends-by-namespace'
import { mermaidString } from './mermaid-text'

/** The connectivity as a Mermaid flowchart: a box for each namespace, unknown connections dotted. */
export function* connectivityMermaid({ ends, connections, unknown }: ConnectivityReport): Iterable<string> {
  yield 'flowchart LR\n'
  const ids = new Map<string, string>()
  let box = 0
  for (const [namespace, members] of endsByNamespace(ends)) {
    yield `  subgraph s${box++}[${mermaidString(namespace)}]\n`
    for (const end of members) {
      ids.set(end, `n${ids.size}`)
      yield `    ${ids.get(end)}[${mermaidString(end)}]\n`
    }
    yield '  end\n'
  }
  /** Outside addresses are drawn where they come up first. */
  const node = (end: string): string => {
    const known = ids.get(end)
    if (known !== undefined) return known
    const id = `n${ids.size}`
    ids.set(end, id)
    return `${id}(${mermaidString(end)})`
  }
  for (const { src, dst, conns } of connections) {
    yield `  ${node(src)} -->|${mermaidString(connectionsText(conns))}| ${node(dst)}\n`
  }
  for (const { src, dst, conns, reason } of unknown) {
    yield `  ${node(src)} -.->|${mermaidString(`${connectionsText(conns)} ${reason}`)}| ${node(dst)}\n`
  }
}
