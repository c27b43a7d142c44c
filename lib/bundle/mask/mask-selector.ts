import { type CalicoSelector, formatCalicoSelector, parseCalicoSelector } from '../../model/calico-selector'
import type { TextMask } from './mask-text'

/** Values beyond these are not listed; a selector by parts of values then means fewer of them. */
const MAX_VALUES = 2_000

/**
 * A selector of Calico over masked labels. One that asks for a part of a value cannot be asked of masked values: it becomes
 * the list of those values that there are and that it means.
 */
export function maskCalicoSelector(text: string, mask: TextMask, values: ReadonlySet<string>): string {
  const parsed = parseCalicoSelector(text)
  return parsed.ok ? formatCalicoSelector(masked(parsed.value, mask, values)) : mask.text(text)
}

function masked(selector: CalicoSelector, mask: TextMask, values: ReadonlySet<string>): CalicoSelector {
  switch (selector.kind) {
    case 'all':
    case 'global':
      return selector
    case 'has':
      return { kind: 'has', key: mask.key(selector.key) }
    case 'equals':
    case 'differs':
      return { ...selector, key: mask.key(selector.key), value: mask.name(selector.value) }
    case 'in':
    case 'not in':
      return { ...selector, key: mask.key(selector.key), values: new Set([...selector.values].map((value) => mask.name(value))) }
    case 'contains':
    case 'starts with':
    case 'ends with': {
      const { kind } = selector
      const meant = [...values].filter((value) => holds(kind, value, selector.value)).slice(0, MAX_VALUES)
      // A set must not be empty; no label has a value of two words.
      const listed = meant.length === 0 ? [`${mask.name(selector.value)} ${mask.name('')}-`] : meant.map((value) => mask.name(value))
      return { kind: 'in', key: mask.key(selector.key), values: new Set(listed) }
    }
    case 'not':
      return { kind: 'not', operand: masked(selector.operand, mask, values) }
    case 'and':
    case 'or':
      return { kind: selector.kind, operands: selector.operands.map((operand) => masked(operand, mask, values)) }
  }
}

function holds(kind: CalicoSelector['kind'], value: string, part: string): boolean {
  if (kind === 'contains') return value.includes(part)
  return kind === 'starts with' ? value.startsWith(part) : value.endsWith(part)
}
