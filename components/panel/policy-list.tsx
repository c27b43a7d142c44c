'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { FilterValue } from '@/components/live/filter-value'
import { IconButton } from '@/components/ui/button'
import type { PolicySummary } from '@/lib/api/details'
import { panelPolicyOptions } from './panel-queries'
import styles from './policy-list.module.css'
import { PolicyYaml } from './policy-yaml'

/** Policies by name with what they do; each opens as its YAML. */
export function PolicyList({ policies }: { policies: readonly PolicySummary[] }) {
  const [open, setOpen] = useState<string | null>(null)
  if (policies.length === 0) return <p className={styles.none}>None.</p>
  return (
    <ul>
      {policies.map((policy) => (
        <li key={policy.ref} className={styles.policy}>
          <div className={styles.line}>
            <IconButton
              icon={open === policy.ref ? 'down' : 'right'}
              label={open === policy.ref ? `Hide the YAML of ${policy.ref}` : `Show the YAML of ${policy.ref}`}
              aria-expanded={open === policy.ref}
              onClick={() => setOpen(open === policy.ref ? null : policy.ref)}
            />
            <div>
              <FilterValue field="policy" value={policy.ref}>
                {policy.name}
              </FilterValue>{' '}
              <span className={styles.what}>{what(policy)}</span>
            </div>
          </div>
          {open === policy.ref && <Yaml refName={policy.ref} />}
        </li>
      ))}
    </ul>
  )
}

function Yaml({ refName }: { refName: string }) {
  const { data, error } = useQuery(panelPolicyOptions(refName))
  if (error !== null) return <p className={styles.none}>{error.message}</p>
  return data === undefined ? <p className={styles.none}>Reading…</p> : <PolicyYaml policy={data} rules={[]} tone="allow" />
}

function what({ policyKind, isolates, ruleCounts, subjectCount, enforcement }: PolicySummary): string {
  const parts = policyKind === 'NetworkPolicy' ? [] : [policyKind]
  if (isolates.length > 0) parts.push(`isolates ${isolates.join(' and ')}`)
  parts.push(`${subjectCount} ${subjectCount === 1 ? 'pod' : 'pods'}`)
  const rules = ruleCounts.ingress + ruleCounts.egress
  parts.push(rules === 0 ? 'no rules' : `${rules} ${rules === 1 ? 'rule' : 'rules'}`)
  if (enforcement !== '' && enforcement !== 'enforced') parts.push(enforcement)
  return parts.join(' · ')
}
