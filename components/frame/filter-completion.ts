import { type FieldRule, findField } from '@/lib/flows/filter-fields'
import { filterHints, type KnownValues } from '@/lib/flows/filter-hints'
import type { FilterField } from '@/lib/flows/filter-types'

/** The word at the caret, and which characters a choice replaces. */
export type WordPlace = { readonly from: number; readonly to: number; readonly word: string }

/** One line of the list: what it writes, and a word about it. */
export type Suggestion = {
  readonly text: string
  readonly about: string
  /** True when the term is complete with it; a field or a side still waits for its value. */
  readonly isComplete: boolean
}

/** Finds the word in front of the caret. null inside quotes, where nothing is guessed. */
export function wordAt(text: string, caret: number): WordPlace | null {
  const before = text.slice(0, caret)
  if (before.split('"').length % 2 === 0) return null
  let from = caret
  while (from > 0 && !/[\s()]/.test(before.charAt(from - 1))) from--
  return { from, to: caret, word: before.slice(from) }
}

/** Which field's values the word needs, and what they begin with; every field's while none is named. */
export function wantedValues(word: string): { readonly field: FieldRule | null; readonly prefix: string } {
  const bare = word.replace(/^-/, '').replace(/^(from|to):/i, '')
  const colon = bare.indexOf(':')
  const field = colon === -1 ? null : findField(bare.slice(0, colon))
  const values = field === null ? bare : bare.slice(colon + 1)
  return { field, prefix: values.slice(values.lastIndexOf(',') + 1) }
}

const ABOUT: Readonly<Record<FilterField, string>> = {
  ns: 'namespace of either end',
  workload: 'workload, NS/NAME or NS/NAME[KIND]',
  pod: 'pod, NS/NAME',
  service: 'Service that was addressed, NS/NAME',
  ip: 'address, CIDR or range',
  name: 'DNS name, * for a part of it',
  entity: 'world, host, remote-node, kube-apiserver',
  label: 'label of either end, key=value',
  port: "server's port, or a range",
  protocol: 'TCP, UDP, SCTP, ICMP',
  verdict: 'what happened',
  state: 'what policies and traffic say together',
  policy: 'policy that decided',
  reason: 'reason of a drop',
  l7: 'layer-7 protocol',
  method: 'HTTP method or DNS type',
  path: 'HTTP path or DNS name, * for a part of it',
  status: 'status or class, 5xx',
  node: 'cluster node that saw it',
  reporter: 'flow source',
}

/** What the word can become. */
export function suggest(word: string, values: KnownValues, limit: number): readonly Suggestion[] {
  return filterHints(word, values, limit).map(({ text, kind }) => ({ text, isComplete: kind === 'value', about: aboutHint(text, kind) }))
}

function aboutHint(text: string, kind: 'side' | 'field' | 'value'): string {
  if (kind === 'value') return ''
  if (kind === 'side') return text.endsWith('from:') ? 'the end that opens the connection' : 'the end that is asked'
  const { field } = wantedValues(text)
  return field === null ? '' : ABOUT[field.field]
}

/** The text and caret after a choice. */
export function applySuggestion(text: string, place: WordPlace, suggestion: Suggestion): { readonly text: string; readonly caret: number } {
  const before = text.slice(0, place.from) + suggestion.text
  return { text: before + text.slice(place.to), caret: before.length }
}
