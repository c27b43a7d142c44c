'use client'

import { useQuery } from '@tanstack/react-query'
import { plainName } from '@/components/graph/ref-words'
import { Facts } from '@/components/ui/table'
import type { WayOutDocument } from '@/lib/api/way-out-document'
import { NodeLink } from './node-link'
import { wayOutOptions } from './panel-queries'
import { Section } from './section'
import { standingWords } from './standing-words'
import styles from './way-panel.module.css'
import { capital, WayProblems } from './way-problems'

const MOST = 20

/** A way out: who leaves through it, with which address, through which machine or pods, and to what. */
export function WayOutPanel({ refName }: { refName: string }) {
  const { data, error } = useQuery(wayOutOptions(refName))
  if (error !== null) return <p className={styles.pending}>{error.message}</p>
  if (data === undefined) return <p className={styles.pending}>Reading…</p>
  const { sources, destinations, proxies } = data
  return (
    <>
      <WayProblems
        refName={refName}
        problems={data.problems}
        own={data.namespace === null ? data.name : `${data.namespace}/${data.name}`}
      />
      <Section title="Facts">
        <Facts facts={factsOf(data)} />
      </Section>
      {proxies.length > 0 && (
        <Section title="Passed on by" count={proxies.length}>
          <Links refs={proxies} total={proxies.length} />
        </Section>
      )}
      <Section title="Who leaves through it" count={sources.total}>
        {sources.total === 0 ? (
          <p className={styles.muted}>No workload of this cluster.</p>
        ) : (
          <Links refs={sources.items} total={sources.total} />
        )}
      </Section>
      <Section title="Where it leads" count={destinations.total}>
        <ul className={styles.list}>
          {destinations.items.slice(0, MOST).map(({ ref, text, port, note, works }) => (
            <li key={`${ref} ${port} ${note}`}>
              <NodeLink target={ref}>{text}</NodeLink>
              {port === null ? '' : `:${port}`} <span className={styles.muted}>{note}</span>
              {!works && <span className={styles.warn}> ! cannot work</span>}
            </li>
          ))}
        </ul>
        {destinations.total > MOST && <p className={styles.muted}>and {destinations.total - MOST} more</p>}
      </Section>
    </>
  )
}

function Links({ refs, total }: { refs: readonly string[]; total: number }) {
  return (
    <>
      <ul className={styles.list}>
        {refs.slice(0, MOST).map((ref) => (
          <li key={ref}>
            <NodeLink target={ref}>{plainName(ref)}</NodeLink>
          </li>
        ))}
      </ul>
      {total > MOST && <p className={styles.muted}>and {total - MOST} more</p>}
    </>
  )
}

function factsOf(data: WayOutDocument): readonly { name: string; value: string }[] {
  return [
    { name: 'State', value: standingWords(data.standing) },
    { name: 'Done by', value: data.system },
    { name: 'Seen outside as', value: data.addresses.join(', ') || (data.proxies.length > 0 ? 'the machines of its pods' : '') },
    { name: 'Machines', value: data.machines.join(', ') },
    { name: 'Pods', value: String(data.pods) },
    ...data.facts.map(({ name, value }) => ({ name: capital(name), value })),
    { name: 'Written in', value: data.origin === null ? '' : `${data.origin.file}:${data.origin.line}` },
  ].filter((fact) => fact.value !== '')
}
