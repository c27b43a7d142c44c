'use client'

import { useState } from 'react'
import { FilterValue } from '@/components/live/filter-value'
import { Button } from '@/components/ui/button'
import { classNames } from '@/components/ui/class-names'
import type { PolicyText } from '@/lib/api/details'
import styles from './policy-yaml.module.css'

/** Lines of YAML shown around the rule that matters. */
const AROUND = 3

/** A policy in its own YAML with the rules that matter highlighted; the rest is one click away. */
export function PolicyYaml({ policy, rules, tone }: { policy: PolicyText; rules: readonly string[]; tone: 'allow' | 'deny' | 'near' }) {
  const [isWhole, setIsWhole] = useState(false)
  const lines = policy.yaml.replace(/\n$/, '').split('\n')
  const marked = policy.rules.filter((one) => rules.includes(one.rule))
  const isMarked = (line: number) => marked.some((one) => line >= one.firstLine && line <= one.lastLine)
  const isNear = (line: number) =>
    marked.length === 0 ? line <= 14 : marked.some((one) => line >= one.firstLine - AROUND && line <= one.lastLine + AROUND)
  const shown = lines.map((text, i) => ({ text, line: i + 1 })).filter(({ line }) => isWhole || isNear(line))
  const hidden = lines.length - shown.length
  return (
    <figure className={styles.policy}>
      <figcaption className={styles.name}>
        <FilterValue field="policy" value={policy.ref} />
      </figcaption>
      <section className={styles.box} tabIndex={0} aria-label={`YAML of ${policy.ref}`}>
        <ol className={styles.lines}>
          {shown.map(({ text, line }, i) => (
            <li
              key={line}
              className={classNames(styles.line, isMarked(line) && styles[tone], i > 0 && shown[i - 1]?.line !== line - 1 && styles.cut)}
            >
              <span className={styles.number} aria-hidden="true">
                {line}
              </span>
              <code>{isMarked(line) ? <mark>{text}</mark> : text}</code>
            </li>
          ))}
        </ol>
      </section>
      {(hidden > 0 || isWhole) && lines.length > 14 && (
        <Button look="quiet" onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? 'Only what matters' : `All ${lines.length} lines`}
        </Button>
      )}
    </figure>
  )
}
