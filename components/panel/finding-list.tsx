'use client'

import { useQuery } from '@tanstack/react-query'
import { FindingBody } from '@/components/graph/finding-body'
import { objectFindingsOptions } from '@/components/live/findings-queries'
import { useLiveStatus } from '@/components/live/live-provider'
import { Icon } from '@/components/ui/icon'
import { SeverityMark } from '@/components/ui/severity-mark'
import styles from './finding-list.module.css'
import { Section } from './section'

/** What is found about the thing that the panel shows; nothing when nothing is. */
export function FindingList({ refName }: { refName: string }) {
  const { findings } = useLiveStatus()
  const { data } = useQuery(objectFindingsOptions(refName, findings?.revision ?? null))
  if (data === undefined || data.findings.items.length === 0) return null
  return (
    <Section title="Findings" count={data.findings.total}>
      <ul className={styles.list}>
        {data.findings.items.map((finding) => (
          <li key={finding.key}>
            <details>
              <summary className={styles.line}>
                <span className={styles.turn}>
                  <Icon name="right" size={12} />
                </span>
                <SeverityMark severity={finding.severity} />
                <span>
                  {finding.message} <span className={styles.muted}>{finding.id}</span>
                </span>
              </summary>
              <div className={styles.body}>
                <FindingBody finding={finding} />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </Section>
  )
}
