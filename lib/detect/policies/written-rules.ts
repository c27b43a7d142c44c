import type { CompiledPolicy, CompiledRule } from '../../policy/compiled-policy'
import { ruleName } from '../../policy/compiled-policy'
import type { Direction } from '../../policy/types'

/** One rule as it stands in the document. Cilium and Calico compile some to several, one for each list of ports or Service. */
export type WrittenRule = {
  /** `ingress[0]`. */
  readonly name: string
  readonly direction: Direction
  readonly action: CompiledRule['action']
  /** At least one. */
  readonly parts: readonly [CompiledRule, ...CompiledRule[]]
}

/** The rules of a policy as they were written, ingress first. */
export function writtenRules({ ingress, egress }: CompiledPolicy): readonly WrittenRule[] {
  const rules = new Map<
    string,
    { name: string; direction: Direction; action: CompiledRule['action']; parts: [CompiledRule, ...CompiledRule[]] }
  >()
  for (const rule of [...ingress.rules, ...egress.rules]) {
    const name = ruleName(rule)
    const known = rules.get(name)
    if (known === undefined) rules.set(name, { name, direction: rule.direction, action: rule.action, parts: [rule] })
    else known.parts.push(rule)
  }
  return [...rules.values()]
}
