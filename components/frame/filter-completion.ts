import { FIELD_RULES, type FieldRule, findField } from '@/lib/flows/filter-fields'
import { printTerm } from '@/lib/flows/filter-print'

/** What the text in front of the caret asks to complete, and which characters a choice replaces. */
export type CompletionPlace = { readonly from: number; readonly to: number; readonly prefix: string } & (
  | { readonly kind: 'field'; readonly hasSide: boolean }
  | { readonly kind: 'value'; readonly rule: FieldRule }
)

/** One line of the list: what it says, what it writes, and a word about it. */
export type Suggestion = {
  readonly text: string
  readonly about: string
  /** A field waits for its value, a value completes the term. */
  readonly completes: 'field' | 'value'
}

/** Finds the term at the caret. null inside quotes, where nothing is guessed. */
export function completionPlace(text: string, caret: number): CompletionPlace | null {
  const before = text.slice(0, caret)
  if (before.split('"').length % 2 === 0) return null
  let start = caret
  while (start > 0 && !/[\s()]/.test(before.charAt(start - 1))) start--
  if (before.charAt(start) === '-') start++
  const side = /^(from|to):/i.exec(before.slice(start))
  if (side !== null) start += side[0].length
  const word = before.slice(start)
  const colon = word.indexOf(':')
  if (colon === -1) return { kind: 'field', hasSide: side !== null, from: start, to: caret, prefix: word }
  const rule = findField(word.slice(0, colon))
  if (rule === null) return null
  const value = word.slice(word.lastIndexOf(',') > colon ? word.lastIndexOf(',') + 1 : colon + 1)
  return { kind: 'value', rule, from: caret - value.length, to: caret, prefix: value }
}

const ABOUT: Readonly<Record<FieldRule['field'], string>> = {
  ns: 'namespace of either end',
  workload: 'workload, NS/NAME or NS/NAME[KIND]',
  pod: 'pod, NS/NAME',
  service: 'Service that was addressed, NS/NAME',
  ip: 'address, CIDR or range',
  name: 'DNS name, * for a part of it',
  entity: 'world, host, remote-node, kube-apiserver',
  label: 'label of either end, key=value',
  port: 'port or range of the server',
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

/** Fields whose names begin like the text, and the two ends. */
export function suggestFields(place: CompletionPlace): readonly Suggestion[] {
  if (place.kind !== 'field') return []
  const prefix = place.prefix.toLowerCase()
  const sides = place.hasSide ? [] : [aField('from:', 'the end that opens the connection'), aField('to:', 'the end that is asked')]
  const rules = FIELD_RULES.filter((rule) => !place.hasSide || rule.hasSides)
  const fields = rules.map((rule) => aField(`${rule.field}:`, ABOUT[rule.field]))
  return [...fields, ...sides].filter(({ text }) => text.startsWith(prefix))
}

/** Values of a field that contain the text, those that begin with it first. */
export function suggestValues(place: CompletionPlace, values: readonly string[]): readonly Suggestion[] {
  if (place.kind !== 'value') return []
  const prefix = place.prefix.toLowerCase()
  const { field } = place.rule
  const fitting = values.filter((value) => value.toLowerCase().includes(prefix))
  const first = fitting.filter((value) => value.toLowerCase().startsWith(prefix))
  const rest = fitting.filter((value) => !value.toLowerCase().startsWith(prefix))
  return [...first, ...rest].map((value) => ({
    text: printTerm({ kind: 'term', side: null, field, values: [value] }).slice(field.length + 1),
    about: '',
    completes: 'value',
  }))
}

function aField(text: string, about: string): Suggestion {
  return { text, about, completes: 'field' }
}

/** The text and caret after a choice. */
export function applySuggestion(
  text: string,
  place: CompletionPlace,
  suggestion: Suggestion,
): { readonly text: string; readonly caret: number } {
  const before = text.slice(0, place.from) + suggestion.text
  return { text: before + text.slice(place.to), caret: before.length }
}
