'use client'

import { useState } from 'react'
import type { PolicyDetails } from '@/lib/api/details'
import { FilterValue } from '../live/filter-value'
import { Chip } from '../ui/chip'
import { formatCount, formatDuration, formatTime } from '../ui/format'
import { Notice } from '../ui/notice'
import type { ActiveRule } from './active-rule'
import styles from './policy-object.module.css'
import { PolicyPicture } from './policy-picture'
import { PolicyProblems } from './policy-problems'
import { PolicySource } from './policy-source'
import { countWords, ENFORCEMENT_WORDS } from './policy-words'

/** One policy object. Picture and YAML show the same rule as active: the one under the pointer, or the one with the focus. */
export function PolicyObject({ policy, connections, windowMs }: { policy: PolicyDetails; connections: number; windowMs: number }) {
  const [active, setActive] = useState<ActiveRule | null>(null)
  const { ref, name, namespace, policyKind, policyApiVersion, enforcement, pictures } = policy
  return (
    <article className={styles.policy} aria-label={ref}>
      <header className={styles.head}>
        <h2 className={styles.name}>
          <bdi>{name}</bdi>
          {enforcement !== 'enforced' && (
            <Chip label={ENFORCEMENT_WORDS[enforcement].word} tone="notice">
              {ENFORCEMENT_WORDS[enforcement].word}
            </Chip>
          )}
        </h2>
        <p className={styles.facts}>
          <span title={policyApiVersion}>{policyKind}</span>
          {namespace === null ? (
            <span>for the whole cluster</span>
          ) : (
            <span>
              in <FilterValue field="ns" value={namespace} />
            </span>
          )}
          <span>{placeWords(policy)}</span>
          <span>selects {countWords(policy.subjectCount, 'pod')}</span>
          <Hits hits={policy.hits} connections={connections} windowMs={windowMs} />
          {policy.origin !== null && (
            <span>
              {policy.origin.file}:{policy.origin.line}
            </span>
          )}
        </p>
      </header>
      {enforcement !== 'enforced' && (
        <Notice title={ENFORCEMENT_WORDS[enforcement].sentence} tone={enforcement === 'staged' ? 'info' : 'warning'} />
      )}
      <PolicyProblems policy={policy} />
      <div className={styles.body}>
        {pictures.length > 0 && (
          <div className={styles.pictures}>
            {pictures.map((picture, part) => (
              <PolicyPicture
                // biome-ignore lint/suspicious/noArrayIndexKey: the specs of an object have no identity but their place
                key={part}
                picture={picture}
                part={part}
                title={pictures.length === 1 ? 'Picture' : `Picture of spec ${part + 1} of ${pictures.length}`}
                namespace={namespace}
                active={active}
                onActive={setActive}
                hasFlows={connections > 0}
              />
            ))}
          </div>
        )}
        <PolicySource policy={policy} active={active} onActive={setActive} isAlone={pictures.length === 0} />
      </div>
    </article>
  )
}

function placeWords({ tier, order }: PolicyDetails): string {
  if (tier === 'Unreadable') return 'in no tier'
  return order === null || !Number.isFinite(order) ? `tier ${tier}` : `tier ${tier}, order ${formatCount(order)}`
}

function Hits({ hits, connections, windowMs }: { hits: PolicyDetails['hits']; connections: number; windowMs: number }) {
  const time = formatDuration(windowMs)
  if (connections === 0) return <span>no flows recorded in {time}</span>
  if (hits === null) return <span>decided no flow in {time}</span>
  return (
    <span>
      decided {countWords(hits.total, 'connection')} in {time}
      {hits.denied > 0 && <strong className={styles.denied}>, {formatCount(hits.denied)} denied</strong>}, last at{' '}
      {formatTime(Date.parse(hits.lastSeen))}
    </span>
  )
}
