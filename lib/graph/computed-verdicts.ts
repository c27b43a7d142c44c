import type { FlowEdge } from '../flows/window-types'
import type { FlowProtocol, Protocol } from '../model/protocol'
import type { EvaluateAnswer, PolicyVerdict, Reason } from '../policy/types'
import type { GraphPolicies } from './graph-policies'
import type { GraphEdge } from './topology'

type Connection = Pick<FlowEdge, 'source' | 'destination' | 'protocol' | 'port'>

export type ComputedVerdict = {
  readonly verdict: PolicyVerdict
  /** The rules and policies that decide, for an edge whose records name none. */
  readonly policies: GraphEdge['policies']
}

const UNKNOWN: ComputedVerdict = { verdict: 'unknown', policies: [] }
const MEMORY = 100_000

/** What the policies say about connections that were seen. Remembers its answers; as old as the engine it asks. */
export class ComputedVerdicts {
  readonly #policies: GraphPolicies
  readonly #answers = new Map<string, ComputedVerdict>()

  constructor(policies: GraphPolicies) {
    this.#policies = policies
  }

  /** Takes an edge or a single flow. */
  of(edge: Connection): ComputedVerdict {
    if (!isPolicyProtocol(edge.protocol)) return UNKNOWN
    const from = policyEnd(edge.source)
    const to = policyEnd(edge.destination)
    const key = `${from} ${to} ${edge.port} ${edge.protocol}`
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    // Addresses of the outside come without end; an emptied memory costs time only.
    if (this.#answers.size >= MEMORY) this.#answers.clear()
    const answer = read(this.#policies.evaluate({ from, to, port: edge.port, protocol: edge.protocol }))
    this.#answers.set(key, answer)
    return answer
  }
}

/** Pods differ from their workload while labels roll out, so a known pod is asked for by its own name. */
function policyEnd(end: FlowEdge['source']): string {
  return end.pod ?? end.workload ?? end.ref
}

function isPolicyProtocol(protocol: FlowProtocol): protocol is Protocol {
  return protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP'
}

function read(answer: EvaluateAnswer): ComputedVerdict {
  const verdict = answer.verdict === 'partial' ? 'unknown' : answer.verdict
  const sides = [answer.egress, answer.ingress].filter((side) => side.verdict === verdict)
  return { verdict, policies: sides.flatMap((side) => side.by.filter(decides).map(inferred)) }
}

function decides(reason: Reason): boolean {
  return reason.effect !== 'pass'
}

function inferred({ policy, rule }: Reason): GraphEdge['policies'][number] {
  return { policy, rule, confidence: 'inferred' }
}
