import type { FlowPolicy } from '@/lib/flows/flow'
import type { Protocol } from '@/lib/model/protocol'
import type { PolicyEngine } from '@/lib/policy/engine'
import type { EvaluateAnswer, SideAnswer } from '@/lib/policy/types'
import type { DemoMoment } from './demo-moment'
import type { Outsider } from './outside'
import type { DemoPod } from './population'

/** One end of a simulated connection. */
export type DemoEnd =
  | { readonly kind: 'pod'; readonly pod: DemoPod }
  | { readonly kind: 'outsider'; readonly outsider: Outsider }
  /** A machine of the cluster, by position in `MACHINES`. */
  | { readonly kind: 'machine'; readonly machine: number; readonly address: string }

/** What the dataplane of the demo does with a connection. */
export type DemoVerdict = {
  readonly verdict: 'forwarded' | 'dropped'
  /** The side that refuses; null when forwarded. */
  readonly refusedBy: 'ingress' | 'egress' | null
  readonly policies: readonly FlowPolicy[]
}

/** An engine for the policies of a moment, and a pod that stands for all alike. */
export type Reference = { readonly engine: PolicyEngine; representative(pod: DemoPod): string }

/**
 * The verdicts that simulated flows carry, asked of the policy engine, so that what is seen and what is computed agree.
 *
 * Pods of one workload with one label set get one answer; answers are kept as long as the demo lives, because the story
 * knows only a handful of policy states.
 */
export type Verdicts = {
  of(moment: DemoMoment, from: DemoEnd, to: DemoEnd, port: number, protocol: Protocol): DemoVerdict
}

export function askPolicies(referenceFor: (moment: DemoMoment) => Reference): Verdicts {
  const states = new Map<string, { reference: Reference; answers: Map<string, DemoVerdict> }>()
  return {
    of: (moment, from, to, port, protocol) => {
      let state = states.get(moment.policyKey)
      if (state === undefined) {
        state = { reference: referenceFor(moment), answers: new Map() }
        states.set(moment.policyKey, state)
      }
      const key = `${classOf(from)} ${classOf(to)} ${port} ${protocol}`
      const known = state.answers.get(key)
      if (known !== undefined) return known
      const { engine, representative } = state.reference
      const name = (end: DemoEnd) => nameOf(end, representative)
      const verdict = verdictOf(engine.evaluate({ from: name(from), to: name(to), port, protocol }))
      state.answers.set(key, verdict)
      return verdict
    },
  }
}

function classOf(end: DemoEnd): string {
  switch (end.kind) {
    case 'pod':
      return end.pod.alike
    case 'outsider':
      return end.outsider.key
    case 'machine':
      return 'machine'
  }
}

function nameOf(end: DemoEnd, representative: Reference['representative']): string {
  switch (end.kind) {
    case 'pod':
      return representative(end.pod)
    case 'outsider':
      return `ip:${end.outsider.address}`
    // Machines only talk with pods of their own here.
    case 'machine':
      return 'entity:host'
  }
}

function verdictOf(answer: EvaluateAnswer): DemoVerdict {
  const refusing = answer.egress.verdict === 'denied' ? 'egress' : answer.ingress.verdict === 'denied' ? 'ingress' : null
  if (answer.verdict !== 'denied' || refusing === null) {
    return { verdict: 'forwarded', refusedBy: null, policies: [...statedBy(answer.egress), ...statedBy(answer.ingress)] }
  }
  return { verdict: 'dropped', refusedBy: refusing, policies: inferredBy(answer[refusing]) }
}

function statedBy(side: SideAnswer): FlowPolicy[] {
  return side.by.filter(({ effect }) => effect === 'allow').map(({ policy, rule }) => ({ policy, rule, confidence: 'stated' }))
}

/** A default deny has no rule that a dataplane could report: the isolating policies, first the ones that nearly fit. */
function inferredBy(side: SideAnswer): FlowPolicy[] {
  const nearness = (policy: string) => {
    const place = side.nearMisses.findIndex((miss) => miss.policy === policy)
    return place < 0 ? side.nearMisses.length : place
  }
  const refusing = side.by.filter(({ effect }) => effect === 'isolates' || effect === 'deny')
  return refusing
    .map(({ policy, rule }): FlowPolicy => ({ policy, rule, confidence: 'inferred' }))
    .sort((a, b) => nearness(a.policy) - nearness(b.policy))
}
