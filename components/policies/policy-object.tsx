'use client'

import Link from 'next/link'
import { type ReactNode, useId, useState } from 'react'
import type { PolicyDetails } from '@/lib/api/details'
import { printFilter } from '@/lib/flows/filter-print'
import { durationWords } from '@/lib/model/duration-words'
import { MESH_TIER } from '@/lib/policy/mesh/mesh-tier'
import { FilterValue } from '../live/filter-value'
import { freshView } from '../live/fresh-view'
import { pageHref } from '../live/page-href'
import { useViewState } from '../live/use-view-state'
import { Chip } from '../ui/chip'
import { countWords, formatCount, formatMoment } from '../ui/format'
import { Icon } from '../ui/icon'
import { Notice } from '../ui/notice'
import type { ActiveRule } from './active-rule'
import styles from './policy-object.module.css'
import { PolicyPicture } from './policy-picture'
import { PolicyProblems } from './policy-problems'
import { PolicySource } from './policy-source'
import { ENFORCEMENT_WORDS, showsUse } from './policy-words'
import { WorkloadList } from './workload-list'

/** One policy object. Picture and YAML show the same rule as active: the one under the pointer, or the one with the focus. */
export function PolicyObject({
  policy,
  connections,
  windowMs,
  back,
}: {
  policy: PolicyDetails
  connections: number
  windowMs: number
  /** The way back to the list, before the name. */
  back: ReactNode
}) {
  const [active, setActive] = useState<ActiveRule | null>(null)
  const picturesId = useId()
  const { ref, name, namespace, policyKind, policyApiVersion, enforcement, pictures } = policy
  return (
    <article className={styles.policy} aria-label={ref}>
      <header className={styles.head}>
        {back}
        <div>
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
            <Hits policy={policy} connections={connections} windowMs={windowMs} />
            {policy.origin !== null && (
              <span>
                {policy.origin.file}:{policy.origin.line}
              </span>
            )}
          </p>
        </div>
      </header>
      {enforcement !== 'enforced' && (
        <Notice title={ENFORCEMENT_WORDS[enforcement].sentence} tone={enforcement === 'staged' ? 'info' : 'warning'} />
      )}
      {enforcement === 'enforced' && pictures.length === 0 && (
        <Notice title="Its rules are not drawn: they are about more than pods and ports. The YAML says what they are." />
      )}
      <PolicyProblems policy={policy} />
      {pictures.length === 0 && <Around policy={policy} />}
      <div className={styles.body}>
        {pictures.length > 0 && (
          <div className={styles.pictures}>
            {pictures.map((picture, part) => (
              <PolicyPicture
                // biome-ignore lint/suspicious/noArrayIndexKey: the specs of an object have no identity but their place
                key={part}
                picturesId={picturesId}
                picture={picture}
                part={part}
                title={pictures.length === 1 ? 'Picture' : `Picture of spec ${part + 1} of ${pictures.length}`}
                namespace={namespace}
                active={active}
                onActive={setActive}
                hasFlows={connections > 0}
              />
            ))}
            <Around policy={policy} />
          </div>
        )}
        <PolicySource policy={policy} active={active} onActive={setActive} picturesId={picturesId} isAlone={pictures.length === 0} />
      </div>
    </article>
  )
}

/** Whom the policy selects, and where its traffic can be seen. */
function Around({ policy }: { policy: PolicyDetails }) {
  const { ref, subjects } = policy
  const [view] = useViewState()
  const place = { ...freshView(view), filter: printFilter({ kind: 'term', side: null, field: 'policy', values: [ref] }) }
  return (
    <section className={styles.around} aria-label="Around the policy">
      {subjects.total > 0 && (
        <div>
          <h3 className={styles.aroundTitle}>Selected workloads ({formatCount(subjects.total)})</h3>
          <WorkloadList workloads={subjects} most={24} />
        </div>
      )}
      <p className={styles.links}>
        <Link href={pageHref('/flows', place)} prefetch={false}>
          <Icon name="table" /> Flows for which it is named
        </Link>
        <Link href={pageHref('/map', { ...place, level: 'workload' })} prefetch={false}>
          <Icon name="map" /> The same on the map
        </Link>
        <Link href={reviewHref(pageHref('/review', freshView(view)), policy)} prefetch={false}>
          <Icon name="compare" /> Review a change
        </Link>
      </p>
    </section>
  )
}

/** The Review page with the policy in its draft. */
function reviewHref(page: string, { ref, policyApiVersion }: PolicyDetails): string {
  const query = `edit=${encodeURIComponent(ref)}&apiVersion=${encodeURIComponent(policyApiVersion)}`
  return `${page}${page.includes('?') ? '&' : '?'}${query}`
}

function placeWords({ tier, order }: PolicyDetails): string {
  if (tier === 'Unreadable') return 'in no tier'
  if (tier === MESH_TIER) return 'decides after the network'
  return order === null || !Number.isFinite(order) ? `tier ${tier}` : `tier ${tier}, order ${formatCount(order)}`
}

function Hits({ policy, connections, windowMs }: { policy: PolicyDetails; connections: number; windowMs: number }) {
  const { hits } = policy
  const time = durationWords(windowMs)
  if (connections === 0) return <span>no flows recorded in {time}</span>
  if (hits === null) return showsUse(policy) ? <span>decided no flow in {time}</span> : null
  return (
    <span>
      decided {countWords(hits.total, 'connection')} in {time}
      {hits.denied > 0 && <strong className={styles.denied}>, {formatCount(hits.denied)} denied</strong>}, last at{' '}
      {formatMoment(Date.parse(hits.lastSeen))}
    </span>
  )
}
