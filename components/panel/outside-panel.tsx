'use client'

import { useQuery } from '@tanstack/react-query'
import { Facts } from '@/components/ui/table'
import type { OutsideDocument } from '@/lib/api/outside-document'
import { NodeLink } from './node-link'
import { outsideOptions } from './panel-queries'
import { Section } from './section'
import styles from './way-panel.module.css'

/** Something outside: what in the cluster names it, and with which address pods arrive there. */
export function OutsidePanel({ refName }: { refName: string }) {
  const { data } = useQuery(outsideOptions(refName))
  if (data === undefined) return null
  return (
    <>
      {data.namedBy.total > 0 && (
        <Section title="Named by" count={data.namedBy.total}>
          <NameList names={data.namedBy} />
        </Section>
      )}
      {data.waysIn.total > 0 && (
        <Section title="Ways in" count={data.waysIn.total}>
          <NameList names={data.waysIn} />
        </Section>
      )}
      {data.defaultExits.length > 0 && (
        <Section title="How pods leave">
          <Facts facts={data.defaultExits.map(({ pods, text, evidence }) => ({ name: pods, value: `${text} · ${evidence}` }))} />
        </Section>
      )}
    </>
  )
}

const MOST = 20

function NameList({ names }: { names: OutsideDocument['namedBy'] }) {
  return (
    <>
      <ul className={styles.list}>
        {names.items.slice(0, MOST).map(({ ref, text, note }) => (
          <li key={`${text} ${note}`}>
            <NodeLink target={ref}>{text}</NodeLink> <span className={styles.muted}>{note}</span>
          </li>
        ))}
      </ul>
      {names.total > MOST && <p className={styles.muted}>and {names.total - MOST} more</p>}
    </>
  )
}
