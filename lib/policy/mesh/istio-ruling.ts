import type { MeshDetail, MeshReason, RequestRule } from '../mesh-answer'
import { both, either, isMaybe, not, type Truth } from '../truth'
import { doubtOf, doubtReason } from './doubt'
import type { AuthorizationPolicy } from './istio-authorization-policy'
import { clauseWords } from './istio-clause'
import { clausesOf, type IstioRule, type IstioView, ruleMatches, ruleNamesClient, unseenClauses } from './istio-rule'
import type { MeshConnection } from './mesh-connection'
import { type Ruling, rulingOf } from './ruling'

/**
 * What the AuthorizationPolicies that apply to one pod say: CUSTOM, then DENY, then ALLOW; the first two only refuse, and
 * without any ALLOW policy everything else is let in.
 */
export function ruleByPolicies(policies: readonly AuthorizationPolicy[], view: IstioView, connection: MeshConnection): Ruling {
  const record = connection.isExplained ? new Recorder(view, connection) : null
  let isRefused: Truth = 'no'
  let isAsked: Truth = 'no'
  let isLimited: Truth = 'no'
  let isAllowed: Truth = 'no'
  for (const policy of policies) {
    if (policy.action === 'AUDIT' || !acts(policy, view)) continue
    if (!policy.isUnderstood) {
      record?.unread(policy)
      const doubt = doubtOf(policy)
      isRefused = either(isRefused, doubt)
      isLimited = either(isLimited, doubt)
      isAllowed = either(isAllowed, doubt)
      continue
    }
    const sense = policy.action === 'ALLOW' ? 'allows' : 'refuses'
    const matched = policy.rules.reduce<Truth>((truth, rule) => {
      const matches = ruleMatches(rule, sense, view, connection)
      if (matches !== 'no') record?.rule(policy, rule, matches)
      return either(truth, matches)
    }, 'no')
    if (policy.action === 'DENY') isRefused = either(isRefused, matched)
    else if (policy.action === 'CUSTOM') isAsked = either(isAsked, matched)
    else {
      isLimited = 'yes'
      isAllowed = either(isAllowed, matched)
    }
  }
  const isLetIn = both(not(isRefused), both(isAsked === 'no' ? 'yes' : 'external-authorizer', either(not(isLimited), isAllowed)))
  return rulingOf(isLetIn, record?.reasons(isRefused, isAllowed, policies), record?.requests)
}

/** ztunnel does not know CUSTOM. */
function acts(policy: AuthorizationPolicy, view: IstioView): boolean {
  return policy.action !== 'CUSTOM' || view !== 'ztunnel'
}

/** Collects what decided, as data. */
class Recorder {
  readonly requests: RequestRule[] = []
  private readonly refusing: { readonly reason: MeshReason; readonly isSure: boolean }[] = []
  private readonly allowing: MeshReason[] = []
  private readonly unreadable: MeshReason[] = []

  constructor(
    private readonly view: IstioView,
    private readonly connection: MeshConnection,
  ) {}

  unread(policy: AuthorizationPolicy): void {
    this.unreadable.push(doubtReason(policy))
  }

  rule(policy: AuthorizationPolicy, rule: IstioRule, matches: Truth): void {
    const name = `rules[${rule.index}]`
    const effect = EFFECTS[policy.action]
    const doubt = !isMaybe(matches) ? '' : matches === 'l7-rule' ? ', if the request fits' : ', if it matches'
    const reason: MeshReason = { policy: policy.ref, rule: name, effect, detail: null, message: `${name} ${WORDS[effect]}${doubt}.` }
    if (effect === 'allow') this.allowing.push(reason)
    else this.refusing.push({ reason, isSure: matches === 'yes' })
    if (!isMaybe(matches) || this.view !== 'http') return
    const conditions = clausesOf(rule)
      .filter((clause) => clause.about === 'request' || isMaybe(clause.holds(this.connection, true)))
      .flatMap(clauseWords)
    if (conditions.length > 0) this.requests.push({ policy: policy.ref, rule: name, effect, conditions })
  }

  /** In the order of evaluation: who refuses ends it; ALLOW policies show when none of their rules surely lets it in. */
  reasons(isRefused: Truth, isAllowed: Truth, policies: readonly AuthorizationPolicy[]): readonly MeshReason[] {
    const sorted = [...this.refusing].sort((a, b) => ORDER[a.reason.effect] - ORDER[b.reason.effect])
    if (isRefused === 'yes') return sorted.flatMap(({ reason, isSure }) => (isSure && reason.effect === 'deny' ? [reason] : []))
    const limiting = isAllowed === 'yes' ? [] : policies.filter(({ action, isUnderstood }) => action === 'ALLOW' && isUnderstood)
    const isSure = isAllowed === 'no'
    return [
      ...this.unreadable,
      ...sorted.map(({ reason }) => reason),
      ...this.allowing,
      ...limiting.map((policy) => this.limit(policy, isSure)),
    ]
  }

  private limit(policy: AuthorizationPolicy, isSure: boolean): MeshReason {
    if (!isSure) return { policy: policy.ref, rule: null, effect: 'isolates', detail: null, message: 'It denies what no rule allows.' }
    const detail = this.detail(policy)
    return { policy: policy.ref, rule: null, effect: 'isolates', detail, message: DETAILS[detail] }
  }

  private detail({ rules }: AuthorizationPolicy): keyof typeof DETAILS {
    if (rules.length === 0) return 'no-rules'
    const fitting = rules.filter((rule) => ruleNamesClient(rule, this.view, this.connection) !== 'no')
    if (fitting.length === 0) return 'no-rule-selects-client'
    return fitting.every((rule) => unseenClauses(rule, this.view).length > 0) ? 'http-rule-on-tcp' : 'rule-selects-client-but-not-port'
  }
}

const EFFECTS = { ALLOW: 'allow', DENY: 'deny', CUSTOM: 'external', AUDIT: 'allow' } as const
const WORDS = { allow: 'allows it', deny: 'denies it', external: 'asks the external authorizer' } as const
const ORDER: Readonly<{ [effect in MeshReason['effect']]: number }> = { external: 0, deny: 1, allow: 2, isolates: 3 }

const DETAILS = {
  'no-rules': 'It has no rules, so it allows nothing.',
  'no-rule-selects-client': 'It limits who may connect, and no rule names this client.',
  'rule-selects-client-but-not-port': 'A rule names this client, but not this connection.',
  'http-rule-on-tcp': 'Its rules ask for parts of HTTP requests, which cannot be seen here, so they never match.',
} as const satisfies Partial<{ [detail in MeshDetail]: string }>
