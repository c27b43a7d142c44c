import type { FieldPath } from '../../model/field-locator'
import { isRecord } from '../../model/fields'
import type { CompiledRule } from '../../policy/compiled-policy'
import { fieldAt } from '../field-at'
import type { ViewedPolicy } from './policy-view'

/** Where a rule stands in its document. */
export function rulePath({ specPath }: ViewedPolicy, rule: CompiledRule): FieldPath {
  return [...specPath, rule.section ?? rule.direction, rule.index]
}

/** Where one of a rule's peers stands; the field that names all of them where the family does not list them one by one. */
export function peerPath(viewed: ViewedPolicy, rule: CompiledRule, peer: number): FieldPath {
  const path = rulePath(viewed, rule)
  const written = fieldAt(viewed.policy.raw.body, path)
  const field = isRecord(written) ? peerField(written, rule) : null
  if (field === null) return path
  const list = isRecord(written) ? written[field] : null
  const isOneByOne = Array.isArray(list) && list.length === rule.peers.length && list.every(isRecord)
  return isOneByOne ? [...path, field, peer] : [...path, field]
}

/** `from`, `to`, `fromEndpoints`, `source`, ...: the field of a rule that names the other end; null when it names nobody. */
export function peerField(written: Readonly<Record<string, unknown>>, { direction }: CompiledRule): string | null {
  const [prefix, calico] = direction === 'ingress' ? ['from', 'source'] : ['to', 'destination']
  const field = Object.keys(written).find((key) => key === prefix || (key.startsWith(prefix) && key !== 'toPorts'))
  return field ?? (Object.hasOwn(written, calico) ? calico : null)
}
