import { nameForPolicies } from '../flows/name-for-policies'
import type { FlowEdge } from '../flows/window-types'
import type { Cluster } from '../model/cluster'
import { type FlowProtocol, PROTOCOLS, type Protocol } from '../model/protocol'
import type { MeshReason } from '../policy/mesh-answer'
import { isRefusedBehindNetwork } from '../policy/refused-behind-network'
import type { Direction, EvaluateAnswer, PolicyVerdict, Reason, SideAnswer } from '../policy/types'
import type { GraphPolicies } from './graph-policies'
import type { GraphEdge } from './topology'

/** Ends with a protocol and the server's port, of an edge or a single flow. */
export type Connection = Pick<FlowEdge, 'source' | 'destination' | 'protocol' | 'port'>

export type ComputedVerdict = {
  readonly verdict: PolicyVerdict
  /** True when it is denied and its packets pass the network all the same: the proxy of a service mesh refuses it. */
  readonly isRefusedBehindNetwork: boolean
  /** The rules and policies that decide, each once, for an edge whose records name none. */
  readonly policies: GraphEdge['policies']
  /** The same, apart for the side that decides: a record that one side refused is not explained by the other. */
  readonly bySide: Readonly<Record<Direction, GraphEdge['policies']>>
}

const UNKNOWN: ComputedVerdict = { verdict: 'unknown', isRefusedBehindNetwork: false, policies: [], bySide: { egress: [], ingress: [] } }
const MEMORY = 100_000
/** Names of ends kept; the product of two numbers stays exact. */
const MAX_ENDS = 1_000_000

/** What the policies say about connections that were seen. Remembers its answers; as old as the engine it asks. */
export class ComputedVerdicts {
  readonly #cluster: Cluster
  readonly #policies: GraphPolicies
  #numbers = new WeakMap<FlowEdge['source'], number>()
  readonly #numbersByName = new Map<string, number>()
  readonly #names: string[] = []
  /** By pair of numbers, then by port and protocol. */
  readonly #answers = new Map<number, Map<number, ComputedVerdict>>()
  #remembered = 0

  constructor(cluster: Cluster, policies: GraphPolicies) {
    this.#cluster = cluster
    this.#policies = policies
  }

  /** True when the answer takes no evaluation. */
  isKnown({ source, destination, protocol, port }: Connection): boolean {
    if (!isPolicyProtocol(protocol)) return true
    const [from, to] = [this.#numbers.get(source), this.#numbers.get(destination)]
    if (from === undefined || to === undefined) return false
    return this.#answers.get(from * MAX_ENDS + to)?.has(questionOf(protocol, port)) === true
  }

  /** Takes an edge or a single flow. */
  of(edge: Connection): ComputedVerdict {
    if (!isPolicyProtocol(edge.protocol)) return UNKNOWN
    // Both numbers must be of one counting.
    if (this.#names.length + 2 > MAX_ENDS) this.#forgetEnds()
    const from = this.#numberOf(edge.source)
    const to = this.#numberOf(edge.destination)
    const pair = from * MAX_ENDS + to
    const question = questionOf(edge.protocol, edge.port)
    const known = this.#answers.get(pair)?.get(question)
    if (known !== undefined) return known
    const names = { from: this.#names[from] ?? '', to: this.#names[to] ?? '' }
    const answer = read(this.#policies.evaluate({ ...names, port: edge.port, protocol: edge.protocol }))
    this.#remember(pair, question, answer)
    return answer
  }

  #remember(pair: number, question: number, answer: ComputedVerdict): void {
    // Addresses of the outside come without end; an emptied memory costs time only.
    if (this.#remembered++ >= MEMORY) {
      this.#answers.clear()
      this.#remembered = 1
    }
    const answers = this.#answers.get(pair)
    if (answers === undefined) this.#answers.set(pair, new Map([[question, answer]]))
    else answers.set(question, answer)
  }

  /**
   * A number for the name that the policies know an end by. Edges share the objects of their ends, so that most look-ups take
   * no text.
   */
  #numberOf(end: FlowEdge['source']): number {
    const known = this.#numbers.get(end)
    if (known !== undefined) return known
    const name = this.#nameOf(end)
    const number = this.#numbersByName.get(name) ?? this.#names.push(name) - 1
    this.#numbersByName.set(name, number)
    this.#numbers.set(end, number)
    return number
  }

  #forgetEnds(): void {
    this.#numbers = new WeakMap()
    this.#numbersByName.clear()
    this.#names.length = 0
    this.#answers.clear()
    this.#remembered = 0
  }

  /**
   * Pods differ from their workload while labels roll out, so a pod is asked for by its own name; for one that is gone the
   * pods that its workload has now answer.
   */
  #nameOf(end: FlowEdge['source']): string {
    const { pod, workload } = end
    const known = pod === null ? undefined : this.#cluster.pods.get(pod)
    if (known !== undefined && known.phase !== 'Succeeded' && known.phase !== 'Failed') return known.ref
    if (workload !== null && this.#cluster.workloads.has(workload)) return workload
    return nameForPolicies(end)
  }
}

function questionOf(protocol: Protocol, port: number | null): number {
  return (port ?? 0) * PROTOCOLS.length + PROTOCOLS.indexOf(protocol)
}

function isPolicyProtocol(protocol: FlowProtocol): protocol is Protocol {
  return protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP'
}

function read(answer: EvaluateAnswer): ComputedVerdict {
  // Some pods of the target may be reached: what passed went to one of them, what was refused shows by itself.
  const verdict = answer.verdict === 'partial' ? 'allowed' : answer.verdict
  const deciding = (side: SideAnswer) => (side.verdict === verdict ? side.by.filter(decides).map(inferred) : [])
  // The mesh stands at the destination, behind what enters it.
  const ofMesh = answer.mesh?.verdict === verdict ? answer.mesh.by.flatMap(ofMeshReason) : []
  const bySide = { egress: deciding(answer.egress), ingress: [...deciding(answer.ingress), ...ofMesh] }
  return {
    verdict,
    isRefusedBehindNetwork: verdict === 'denied' && isRefusedBehindNetwork(answer),
    policies: distinct([...bySide.egress, ...bySide.ingress]),
    bySide,
  }
}

function ofMeshReason({ policy, rule }: MeshReason): GraphEdge['policies'] {
  return policy === null ? [] : [{ policy, rule, confidence: 'inferred' }]
}

function decides(reason: Reason): boolean {
  return reason.effect !== 'pass'
}

function inferred({ policy, rule }: Reason): GraphEdge['policies'][number] {
  return { policy, rule, confidence: 'inferred' }
}

/** One policy may decide on both sides without a rule. */
function distinct(policies: GraphEdge['policies']): GraphEdge['policies'] {
  return policies.filter(
    ({ policy, rule }, place) => policies.findIndex((other) => other.policy === policy && other.rule === rule) === place,
  )
}
