import type { FlowEdge } from '../flows/window-types'
import type { Cluster } from '../model/cluster'
import type { FlowProtocol, Protocol } from '../model/protocol'
import type { Direction, EvaluateAnswer, PolicyVerdict, Reason, SideAnswer } from '../policy/types'
import type { GraphPolicies } from './graph-policies'
import type { GraphEdge } from './topology'

type Connection = Pick<FlowEdge, 'source' | 'destination' | 'protocol' | 'port'>

export type ComputedVerdict = {
  readonly verdict: PolicyVerdict
  /** The rules and policies that decide, for an edge whose records name none. */
  readonly policies: GraphEdge['policies']
  /** The same, apart for the side that decides: a record that one side refused is not explained by the other. */
  readonly bySide: Readonly<Record<Direction, GraphEdge['policies']>>
}

const UNKNOWN: ComputedVerdict = { verdict: 'unknown', policies: [], bySide: { egress: [], ingress: [] } }
const MEMORY = 100_000

/** What the policies say about connections that were seen. Remembers its answers; as old as the engine it asks. */
export class ComputedVerdicts {
  readonly #cluster: Cluster
  readonly #policies: GraphPolicies
  readonly #answers = new Map<string, ComputedVerdict>()

  constructor(cluster: Cluster, policies: GraphPolicies) {
    this.#cluster = cluster
    this.#policies = policies
  }

  /** Takes an edge or a single flow. */
  of(edge: Connection): ComputedVerdict {
    if (!isPolicyProtocol(edge.protocol)) return UNKNOWN
    const from = this.#nameOf(edge.source)
    const to = this.#nameOf(edge.destination)
    const key = `${from} ${to} ${edge.port} ${edge.protocol}`
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    // Addresses of the outside come without end; an emptied memory costs time only.
    if (this.#answers.size >= MEMORY) this.#answers.clear()
    const answer = read(this.#policies.evaluate({ from, to, port: edge.port, protocol: edge.protocol }))
    this.#answers.set(key, answer)
    return answer
  }

  /**
   * Pods differ from their workload while labels roll out, so a pod is asked for by its own name; for one that is gone the
   * pods that its workload has now answer. A DNS name is asked for by the address it stood for.
   */
  #nameOf({ pod, workload, ref, ip }: FlowEdge['source']): string {
    const known = pod === null ? undefined : this.#cluster.pods.get(pod)
    if (known !== undefined && known.phase !== 'Succeeded' && known.phase !== 'Failed') return known.ref
    if (workload !== null && this.#cluster.workloads.has(workload)) return workload
    return ref.startsWith('dns:') && ip !== null ? `ip:${ip}` : ref
  }
}

function isPolicyProtocol(protocol: FlowProtocol): protocol is Protocol {
  return protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP'
}

function read(answer: EvaluateAnswer): ComputedVerdict {
  // Some pods of the target may be reached: what passed went to one of them, what was refused shows by itself.
  const verdict = answer.verdict === 'partial' ? 'allowed' : answer.verdict
  const deciding = (side: SideAnswer) => (side.verdict === verdict ? side.by.filter(decides).map(inferred) : [])
  const bySide = { egress: deciding(answer.egress), ingress: deciding(answer.ingress) }
  return { verdict, policies: [...bySide.egress, ...bySide.ingress], bySide }
}

function decides(reason: Reason): boolean {
  return reason.effect !== 'pass'
}

function inferred({ policy, rule }: Reason): GraphEdge['policies'][number] {
  return { policy, rule, confidence: 'inferred' }
}
