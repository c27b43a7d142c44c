import type { ChangeReason } from '../../policy/diff/connectivity-change'
import type { Reason } from '../../policy/types'

const DETAILS: Readonly<Record<NonNullable<Reason['detail']>, string>> = {
  'no-rules': 'it has no rules',
  'no-rule-selects-peer': 'no rule names the other end',
  'rule-selects-peer-but-not-ports': 'a rule names the other end, but not this port',
  'named-port-unresolved': 'a rule names a port that the pod does not have',
}

/** Why a policy that isolates lets nothing through, in a few words; empty for other reasons. */
export function detailText(detail: Reason['detail']): string {
  return detail === null ? '' : DETAILS[detail]
}

/** The same, or what the rule asks besides peers and ports: `only if: HTTP GET /`. */
export function restrictionText({ detail, restriction }: Reason): string {
  return restriction === undefined ? detailText(detail) : `only if: ${restriction}`
}

/** `NetworkPolicy:shop/cart ingress[0]`. */
export function reasonName({ policy, rule }: Pick<Reason, 'policy' | 'rule'>): string {
  return rule === null ? policy : `${policy} ${rule}`
}

/**
 * What decides at one moment: `NetworkPolicy:shop/cart isolates (no rule names the other end)`. Where a rule allows some
 * ports of a pair, that it isolates for the others goes without saying. `format` writes the names.
 */
export function reasonsAt(
  because: readonly ChangeReason[],
  at: ChangeReason['at'],
  format: (name: string) => string = (name) => name,
): string {
  const reasons = because.filter((reason) => reason.at === at)
  const allowing = new Set(reasons.filter(({ effect }) => effect === 'allow').map(({ side }) => side))
  return reasons
    .filter(({ effect, side }) => effect !== 'isolates' || !allowing.has(side))
    .map((reason) => {
      const detail = detailText(reason.detail)
      return `${format(reasonName(reason))} ${VERBS[reason.effect]}${detail === '' ? '' : ` (${detail})`}`
    })
    .join(', ')
}

const VERBS: Readonly<Record<Reason['effect'], string>> = { allow: 'allows', deny: 'denies', pass: 'passes', isolates: 'isolates' }
