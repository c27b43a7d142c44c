import { isMap, isSeq, LineCounter, type Node, parseDocument, stringify } from 'yaml'
import { policyRef } from '../model/names'
import type { RawObject } from '../model/object'
import type { PolicyText, RuleLines } from './details'

const RULE_LISTS = ['ingress', 'egress', 'ingressDeny', 'egressDeny'] as const

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
  for (const spec of specs) {
    if (!isMap(spec)) continue
    for (const list of RULE_LISTS) {
      const rules = spec.get(list, true)
      if (!isSeq(rules)) continue
      rules.items.forEach((item, index) => {
        const range = (item as Node).range
        if (range === null || range === undefined) return
        // The end of a node includes the line break after it.
        const lastLine = counter.linePos(Math.max(range[0], range[1] - 1)).line
        lines.push({ rule: `${list}[${index}]`, firstLine: counter.linePos(range[0]).line, lastLine })
      })
    }
  }
  return lines
}
