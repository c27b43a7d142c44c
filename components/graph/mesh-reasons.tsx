'use client'

import { Icon } from '@/components/ui/icon'
import type { PolicyText } from '@/lib/api/details'
import type { MeshAnswer } from '@/lib/policy/mesh-answer'
import { PolicyLink } from './policy-link'
import { PolicyYaml } from './policy-yaml'
import { plainName } from './ref-words'
import styles from './side-reasons.module.css'

/** What the service mesh at the destination adds to the network's answer: its verdict, who decided, and what it wants of requests. */
export function MeshReasons({ mesh, policies }: { mesh: MeshAnswer; policies: readonly PolicyText[] }) {
  const deciding = new Map(
    mesh.by.flatMap(({ policy, rule, effect }) => (policy === null ? [] : [[policy as string, { rule, effect }] as const])),
  )
  return (
    <>
      <p className={styles.verdict}>
        <Icon name={mesh.verdict === 'allowed' ? 'check' : mesh.verdict === 'denied' ? 'close' : 'info'} />
        <strong>{mesh.verdict === 'unknown' ? 'cannot tell' : mesh.verdict}</strong>
        <span className={styles.muted}>{mesh.by.length === 0 ? 'No mesh policy limits it.' : ''}</span>
      </p>
      <ul className={styles.misses}>
        {mesh.by.map(({ policy, rule, message }) => (
          <li key={`${policy} ${rule} ${message}`}>
            <Icon name="info" size={14} />
            <span>
              {policy !== null && (
                <>
                  <PolicyLink policy={policy}>{plainName(policy)}</PolicyLink>:{' '}
                </>
              )}
              {message}
            </span>
          </li>
        ))}
        {mesh.requests.map(({ policy, rule, effect, conditions }) => (
          <li key={`request ${policy} ${rule} ${effect}`}>
            <Icon name="info" size={14} />
            <span>
              {effect === 'allow' ? 'Only requests with' : 'Not requests with'} {conditions.join('; ')} (
              <PolicyLink policy={policy}>{plainName(policy)}</PolicyLink>)
            </span>
          </li>
        ))}
        {mesh.notes.map(({ code, message }) => (
          <li key={`${code} ${message}`}>
            <Icon name="info" size={14} />
            <span>{message}</span>
          </li>
        ))}
      </ul>
      {[...deciding]
        .slice(0, MOST_POLICIES)
        .flatMap(([ref, { rule, effect }]) =>
          policies
            .filter((one) => one.ref === ref)
            .map((policy) => (
              <PolicyYaml
                key={policy.yaml}
                policy={policy}
                rules={rule === null ? [] : [rule]}
                tone={effect === 'allow' ? 'allow' : 'deny'}
              />
            )),
        )}
      <p className={styles.others}>{mesh.destination.evidence}</p>
    </>
  )
}

const MOST_POLICIES = 3

/** The mesh as a heading: `Service mesh (Istio)`. */
export function meshTitle({ mesh, dataplane }: MeshAnswer): string {
  if (mesh === 'linkerd') return 'Service mesh (Linkerd)'
  return dataplane === 'ambient' ? 'Service mesh (Istio, ambient)' : 'Service mesh (Istio)'
}
