import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, stringify } from 'yaml'
import type { FieldPath } from '../model/field-locator'
import { formatPath } from '../model/fields'
import { policyRef } from '../model/names'
import type { RawObject } from '../model/object'
import type { PolicyText, RuleLines } from './details'

/** `rules` is Istio's. */
const RULE_LISTS = ['ingress', 'egress', 'ingressDeny', 'egressDeny', 'rules'] as const

/** A policy's own YAML, keys in the order they were written, and the lines of each rule in it. */
export function policyText(policy: RawObject): PolicyText {
  const yaml = stringify(policy.body, { lineWidth: 0, aliasDuplicateObjects: false })
  return { ref: policyRef(policy.meta.kind, policy.meta.namespace, policy.meta.name), yaml, rules: ruleLines(yaml) }
}

function ruleLines(yaml: string): RuleLines[] {
  const counter = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: counter, logLevel: 'silent' })
  const specs: unknown[] = [document.get('spec', true)]
  const more = document.get('specs', true)
  if (isSeq(more)) specs.push(...more.items)

  const lines: RuleLines[] = []
  for (const [part, spec] of specs.filter((one) => one !== undefined).entries()) {
    if (!isMap(spec)) continue
    for (const list of RULE_LISTS) {
      const rules = spec.get(list, true)
      if (!isSeq(rules)) continue
      rules.items.forEach((item, index) => {
        const place = linesOf(item as Node, counter)
        if (place !== null) lines.push({ rule: `${list}[${index}]`, part, ...place })
      })
    }
  }
  return lines
}

type Lines = { readonly firstLine: number; readonly lastLine: number }

function linesOf({ range }: Pick<Node, 'range'>, counter: LineCounter): Lines | null {
  if (range === null || range === undefined) return null
  // The end of a node includes the line break after it.
  return { firstLine: counter.linePos(range[0]).line, lastLine: counter.linePos(Math.max(range[0], range[1] - 1)).line }
}

/** The lines of the field that a path names, by the path's text (`spec.ingress[0].from`); null when the YAML has no such field. */
export function fieldLines(yaml: string, field: string): Lines | null {
  const counter = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: counter, logLevel: 'silent' })
  return find(document.contents, [], field, counter)
}

function find(node: unknown, path: FieldPath, field: string, counter: LineCounter): Lines | null {
  const children: readonly { readonly step: string | number; readonly node: unknown; readonly start: Pick<Node, 'range'> }[] = isMap(node)
    ? node.items.flatMap(({ key, value }) => (isScalar(key) ? [{ step: String(key.value), node: value, start: key }] : []))
    : isSeq(node)
      ? node.items.map((item, step) => ({ step, node: item, start: item as Node }))
      : []
  for (const child of children) {
    const below = [...path, child.step]
    const text = formatPath(below)
    if (text === field) {
      const first = linesOf(child.start, counter)
      const last = linesOf((child.node ?? child.start) as Node, counter)
      return first === null ? null : { firstLine: first.firstLine, lastLine: (last ?? first).lastLine }
    }
    if (!field.startsWith(text)) continue
    const found = find(child.node, below, field, counter)
    if (found !== null) return found
  }
  return null
}
