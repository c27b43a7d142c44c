'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { linesOf, YamlLines } from '@/components/ui/yaml-lines'
import type { PolicyText } from '@/lib/api/details'
import { PolicyLink } from './policy-link'
import styles from './policy-yaml.module.css'

/** Lines of YAML shown around the rule that matters. */
const AROUND = 3
const SHORT = 14

/** A policy in its own YAML with the rules that matter highlighted; the rest is one click away. */
export function PolicyYaml({ policy, rules, tone }: { policy: PolicyText; rules: readonly string[]; tone: 'allow' | 'deny' | 'near' }) {
  const [isWhole, setIsWhole] = useState(false)
  const lines = linesOf(policy.yaml)
  const marks = policy.rules.flatMap((one) => (rules.includes(one.rule) ? [{ ...one, tone }] : []))
  const isNear = (line: number) =>
    marks.length === 0 ? line <= SHORT : marks.some((one) => line >= one.firstLine - AROUND && line <= one.lastLine + AROUND)
  const shown = isWhole ? lines : lines.filter(({ line }) => isNear(line))
  return (
    <figure className={styles.policy}>
      <figcaption className={styles.name}>
        <PolicyLink policy={policy.ref} />
      </figcaption>
      <YamlLines label={`YAML of ${policy.ref}`} lines={shown} marks={marks} className={styles.box} />
      {(shown.length < lines.length || isWhole) && lines.length > SHORT && (
        <Button look="quiet" onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? 'Only what matters' : `All ${lines.length} lines`}
        </Button>
      )}
    </figure>
  )
}
