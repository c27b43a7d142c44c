'use client'

import { useEffect, useRef } from 'react'
import type { PolicyDetails, RuleLines } from '@/lib/api/details'
import { type LineMark, type LineTone, linesOf, YamlLines } from '../ui/yaml-lines'
import { type ActiveRule, isActive } from './active-rule'
import styles from './policy-source.module.css'

/** The whole YAML of a policy with the active rule and the problems marked; each rule's name stands at its first line. */
export function PolicySource({
  policy,
  active,
  onActive,
  picturesId,
  isAlone,
}: {
  policy: PolicyDetails
  active: ActiveRule | null
  onActive: (rule: ActiveRule | null) => void
  /** Names the pictures of this object on the page. */
  picturesId: string
  /** Nothing is drawn beside it. */
  isAlone: boolean
}) {
  const box = useRef<HTMLElement>(null)
  const shown = policy.rules.find(({ part, rule }) => isActive(active, part, rule))
  useEffect(() => {
    // Lines that scroll under a resting pointer would bring the next rule there, and so on.
    if (box.current !== null && shown !== undefined && !box.current.matches(':hover')) reveal(box.current, shown)
  }, [shown])
  const marks: LineMark[] = [
    ...policy.findings.flatMap(({ lines }) => (lines === null ? [] : [{ ...lines, tone: 'problem' as const }])),
    ...(shown === undefined ? [] : [{ ...shown, tone: toneOf(policy, shown) }]),
  ]
  const ruleAt = (line: number) => policy.rules.find(({ firstLine, lastLine }) => line >= firstLine && line <= lastLine) ?? null
  return (
    <section className={isAlone ? styles.alone : styles.source} aria-label="YAML">
      <YamlLines
        label={`YAML of ${policy.ref}`}
        boxRef={box}
        lines={linesOf(policy.yaml)}
        marks={marks}
        className={styles.box}
        onPoint={(line) => {
          const rule = line === null ? null : ruleAt(line)
          onActive(rule === null ? null : { part: rule.part, rule: rule.rule })
        }}
        noteOf={(line) => {
          const first = policy.rules.find(({ firstLine }) => firstLine === line)
          return first === undefined ? null : <RuleNote lines={first} onActive={onActive} picturesId={isAlone ? null : picturesId} />
        }}
      />
    </section>
  )
}

/** The rule's name at its first line; with a picture beside it, it leads there. */
function RuleNote({
  lines: { part, rule },
  onActive,
  picturesId,
}: {
  lines: RuleLines
  onActive: (rule: ActiveRule) => void
  picturesId: string | null
}) {
  if (picturesId === null) return <span className={styles.note}>{rule}</span>
  return (
    <button
      type="button"
      className={styles.note}
      title={`Show ${rule} in the picture`}
      onFocus={() => onActive({ part, rule })}
      onClick={() => document.getElementById(pictureRowId(picturesId, part, rule))?.scrollIntoView({ block: 'nearest' })}
    >
      {rule}
    </button>
  )
}

/** Id of the first row of a rule in the pictures of an object. */
export function pictureRowId(picturesId: string, part: number, rule: string): string {
  return `${picturesId}-${part}-${rule}`
}

function toneOf(policy: PolicyDetails, { part, rule }: RuleLines): LineTone {
  const picture = policy.pictures[part]
  const drawn =
    picture === undefined ? undefined : [...picture.sides.ingress.rules, ...picture.sides.egress.rules].find((one) => one.rule === rule)
  return drawn?.action ?? 'active'
}

/** Scrolls the box, and nothing around it, so that the lines are in sight. */
function reveal(box: HTMLElement, { firstLine, lastLine }: RuleLines): void {
  const top = lineTop(box, firstLine)
  const bottom = lineTop(box, lastLine + 1) ?? box.scrollHeight
  if (top === null) return
  if (top < box.scrollTop) box.scrollTop = top - 8
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = Math.min(top - 8, bottom - box.clientHeight + 8)
}

function lineTop(box: HTMLElement, line: number): number | null {
  const element = box.querySelector<HTMLElement>(`[data-line="${line}"]`)
  return element === null ? null : element.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop
}
