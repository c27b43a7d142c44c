'use client'

import { useQuery } from '@tanstack/react-query'
import { changesOptions } from '@/components/live/change-queries'
import { useLiveStatus } from '@/components/live/live-provider'
import { ChangeList } from './change-list'
import { agoWords } from './change-words'
import styles from './changed-lately.module.css'

const HOUR_MS = 3_600_000
const SHOWN = 20

/** When something changed last, within the hour that changes are kept, and how; nothing when it did not. */
export function ChangedLately({ about }: { about: string }) {
  const { pulse } = useLiveStatus()
  const now = pulse?.at ?? Date.now()
  const { data } = useQuery(changesOptions({ from: now - HOUR_MS, to: null, about: [about], namespaces: [], topics: [], limit: SHOWN }))
  const [last] = data?.changes ?? []
  if (data === undefined || last === undefined) return null
  return (
    <details className={styles.lately}>
      <summary>
        Changed {agoWords(Math.max(0, now - Date.parse(last.until)))}
        {data.total > 1 && <span className={styles.count}> · {data.total} changes in the last hour</span>}
      </summary>
      <ChangeList changes={data.changes} />
    </details>
  )
}
