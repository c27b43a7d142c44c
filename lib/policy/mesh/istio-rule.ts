import { both, either, type Truth } from '../truth'
import type { IstioClause } from './istio-clause'
import type { MeshConnection } from './mesh-connection'

/** All must hold. */
type Conjunction = readonly IstioClause[]

/** One entry of `rules`: one of the sources, one of the operations and every condition must hold. */
export type IstioRule = {
  /** Counted from 0 in the document. */
  readonly index: number
  /** Empty: everybody. */
  readonly from: readonly Conjunction[]
  /** Empty: everything. */
  readonly to: readonly Conjunction[]
  readonly when: Conjunction
}

/** Whose eyes a rule is read with: a sidecar on an HTTP port, a sidecar on any other port, the proxy of the machine. */
export type IstioView = 'http' | 'tcp' | 'ztunnel'

/** Whether a rule only ever lets something in; those that refuse grow, not shrink, by what cannot be seen. */
export type RuleSense = 'allows' | 'refuses'

export function clausesOf(rule: IstioRule): readonly IstioClause[] {
  return [...rule.from.flat(), ...rule.to.flat(), ...rule.when]
}

/** The clauses of a rule that a view cannot see. */
export function unseenClauses(rule: IstioRule, view: IstioView): readonly IstioClause[] {
  return clausesOf(rule).filter((clause) => !isSeen(clause, view))
}

function isSeen(clause: IstioClause, view: IstioView): boolean {
  if (view === 'http') return true
  return view === 'tcp' ? !clause.isHttpOnly : clause.isForZtunnel
}

/**
 * Whether a rule matches a connection. A rule that allows and asks for something unseen never matches. One that refuses
 * goes by the rest: at a sidecar what is unseen counts as met, at ztunnel a source, operation or condition of which
 * nothing is left matches nothing. Source: istio.io/istio pilot/pkg/security/authz, pilot/pkg/serviceregistry/ambient.
 */
export function ruleMatches(rule: IstioRule, sense: RuleSense, view: IstioView, connection: MeshConnection): Truth {
  if (sense === 'allows' && unseenClauses(rule, view).length > 0) return 'no'
  const isEmptyMet = view !== 'ztunnel'
  const all = (clauses: Conjunction): Truth => {
    const seen = clauses.filter((clause) => isSeen(clause, view))
    if (seen.length === 0 && !isEmptyMet) return 'no'
    return seen.reduce<Truth>((truth, clause) => (truth === 'no' ? 'no' : both(truth, clause.holds(connection, view === 'http'))), 'yes')
  }
  const any = (alternatives: readonly Conjunction[]): Truth =>
    alternatives.length === 0 ? 'yes' : alternatives.reduce<Truth>((truth, one) => either(truth, all(one)), 'no')
  const each = rule.when.reduce<Truth>((truth, clause) => both(truth, all([clause])), 'yes')
  return both(both(any(rule.from), any(rule.to)), each)
}

/** The same for what is asked of the client alone, to tell a wrong client from a wrong port. */
export function ruleNamesClient(rule: IstioRule, view: IstioView, connection: MeshConnection): Truth {
  const aboutClient = (clauses: Conjunction): Conjunction => clauses.filter(({ about }) => about === 'client')
  return ruleMatches(
    { ...rule, from: rule.from.map(aboutClient), to: [], when: aboutClient(rule.when) },
    'refuses',
    view === 'ztunnel' ? 'tcp' : view,
    connection,
  )
}
