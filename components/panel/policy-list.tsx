'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { PolicyYaml } from '@/components/graph/policy-yaml'
import { FilterValue } from '@/components/live/filter-value'
import { IconButton } from '@/components/ui/button'
import { countWords } from '@/components/ui/format'
import type { PolicySummary } from '@/lib/api/details'
import { panelPolicyOptions } from './panel-queries'
import styles from './policy-list.module.css'

/** Policies by name with what they do; each opens as its YAML. */
export function PolicyList({ policies }: { policies: readonly PolicySummary[] }) {
  const [open, setOpen] = useState<string | null>(null)
  if (policies.length === 0) return <p className={styles.none}>None.</p>
  return (
    <ul>
      {policies.map((policy) => (
        <li key={keyOf(policy)} className={styles.policy}>
          <div className={styles.line}>
            <IconButton
              icon={open === keyOf(policy) ? 'down' : 'right'}
              label={open === keyOf(policy) ? `Hide the YAML of ${policy.ref}` : `Show the YAML of ${policy.ref}`}
              aria-expanded={open === keyOf(policy)}
              onClick={() => setOpen(open === keyOf(policy) ? null : keyOf(policy))}
            />
            <div>
              <FilterValue field="policy" value={policy.ref}>
                {policy.name}
              </FilterValue>{' '}
              <span className={styles.what}>{what(policy)}</span>
            </div>
          </div>
          {open === keyOf(policy) && <Yaml policy={policy} />}
        </li>
      ))}
    </ul>
  )
}

/** Policies of Kubernetes and of Calico may share a name. */
function keyOf({ policyApiVersion, ref }: PolicySummary): string {
  return `${policyApiVersion} ${ref}`
}

function Yaml({ policy }: { policy: PolicySummary }) {
  const { data, error } = useQuery(panelPolicyOptions(policy.ref))
  if (error !== null) return <p className={styles.none}>{error.message}</p>
  if (data === undefined) return <p className={styles.none}>Reading…</p>
  const text = [data, ...data.others].find((one) => keyOf(one) === keyOf(policy)) ?? data
  return <PolicyYaml policy={text} rules={[]} tone="allow" />
}

function what({ policyApiVersion, policyKind, isolates, ruleCounts, subjectCount, enforcement }: PolicySummary): string {
  const isOfKubernetes = policyApiVersion.startsWith('networking.k8s.io/')
  const parts = isOfKubernetes ? [] : [policyKind === 'NetworkPolicy' ? policyApiVersion : policyKind]
  if (isolates.length > 0) parts.push(`isolates ${isolates.join(' and ')}`)
  parts.push(countWords(subjectCount, 'pod'))
  const rules = ruleCounts.ingress + ruleCounts.egress
  parts.push(rules === 0 ? 'no rules' : countWords(rules, 'rule'))
  if (enforcement !== 'enforced') parts.push(enforcement)
  return parts.join(' · ')
}
