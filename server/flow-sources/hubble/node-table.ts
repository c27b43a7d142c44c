import type { SourceFact } from '@/lib/flows/source-about'
import { nodeName } from './hubble-record'
import type { HubbleNode, NodeState, NodeStatus } from './observer-messages'

type Node = { state: NodeState; reason: string | null }

/** More machines than Kubernetes supports in one cluster. */
const MAX_NODES = 10_000
/** Names that a sentence lists. */
const LISTED = 5

/** The nodes behind a relay, as it tells of them: which send flows, which do not and why. */
export class NodeTable {
  readonly #nodes = new Map<string, Node>()
  #missing = 0

  get size(): number {
    return this.#nodes.size
  }

  get hasMissing(): boolean {
    return this.#missing > 0
  }

  /** Takes what the stream says of some nodes. */
  tell({ state, nodes, message }: NodeStatus): void {
    for (const name of nodes) {
      if (state === 'gone') this.#forget(name)
      else this.#set(name, state, message)
    }
  }

  /** Takes the relay's list of all nodes; those that are not on it are gone. */
  list(nodes: readonly HubbleNode[]): void {
    const listed = new Set(nodes.map(({ name }) => shortName(name)))
    for (const name of [...this.#nodes.keys()]) if (!listed.has(name)) this.#forget(name)
    // A node that was lost while the stream runs is reached again before its flows are: only they, or this, tell.
    for (const { name, state } of nodes) this.#set(name, state, state === 'connected' ? null : this.#reasonOf(name))
  }

  /** A flow came from a node: it is there, whatever was said before. */
  heardFrom(name: string): void {
    const node = this.#nodes.get(name)
    if (node !== undefined && node.state !== 'connected') this.#set(name, 'connected', null)
  }

  forgetAll(): void {
    this.#nodes.clear()
    this.#missing = 0
  }

  /** Which nodes are missing, for people; null when none is. */
  problem(): string | null {
    if (this.#missing === 0) return null
    const missing = [...this.#nodes].filter(([, { state }]) => state !== 'connected')
    const names = missing.slice(0, LISTED).map(([name, { reason }]) => (reason === null ? name : `${name} (${reason})`))
    const more = missing.length > LISTED ? ` and ${missing.length - LISTED} more` : ''
    return `${missing.length} of ${this.#nodes.size} nodes are not connected, their flows are missing: ${names.join(', ')}${more}`
  }

  facts(): readonly SourceFact[] {
    if (this.#nodes.size === 0) return []
    const missing = [...this.#nodes].filter(([, { state }]) => state !== 'connected').map(([name]) => name)
    const listed = missing.length === 0 ? '' : `; missing: ${missing.slice(0, 20).join(', ')}${missing.length > 20 ? ', …' : ''}`
    return [{ name: 'nodes', value: `${this.#nodes.size - missing.length} of ${this.#nodes.size} connected${listed}` }]
  }

  #reasonOf(name: string): string | null {
    return this.#nodes.get(shortName(name))?.reason ?? null
  }

  #set(fullName: string, state: NodeState, reason: string | null): void {
    const name = shortName(fullName)
    const before = this.#nodes.get(name)
    if (before === undefined && this.#nodes.size >= MAX_NODES) return
    if (before !== undefined && before.state !== 'connected') this.#missing--
    if (state !== 'connected') this.#missing++
    this.#nodes.set(name, { state, reason: reason === null ? null : reason.slice(0, 200) })
  }

  #forget(fullName: string): void {
    const name = shortName(fullName)
    const node = this.#nodes.get(name)
    if (node === undefined) return
    if (node.state !== 'connected') this.#missing--
    this.#nodes.delete(name)
  }
}

/** `cluster/node` as flows name it: without the cluster. */
function shortName(name: string): string {
  return nodeName(name) ?? name
}
