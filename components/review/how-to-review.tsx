'use client'

import { useQuery } from '@tanstack/react-query'
import { hintOptions } from '../live/hint-queries'
import { Button } from '../ui/button'
import { Empty } from '../ui/notice'
import { exampleDraft } from './draft-text'
import styles from './how-to-review.module.css'

/** Stands where the result will be while the draft is empty: what can be drafted, and an example that works in this cluster. */
export function HowToReview({ onExample }: { onExample: (draft: string) => void }) {
  const { data } = useQuery(hintOptions('ns', '', 20))
  const names = data?.fields.find(({ field }) => field === 'ns')?.values ?? []
  const namespace = names.find((name) => !name.startsWith('kube-')) ?? names[0] ?? 'default'
  return (
    <Empty
      title="See what a change would do before you make it."
      actions={
        <Button look="primary" onClick={() => onExample(exampleDraft(namespace))}>
          Insert an example for {namespace}
        </Button>
      }
    >
      <p>Write, paste or drop YAML on the left. It is compared with the cluster as it is now, and with the traffic of the chosen time.</p>
      <ul className={styles.ways}>
        <li>
          <b>Policies</b> are added, or take the place of those with the same name.
        </li>
        <li>
          <b>Labels</b>: a Namespace or a workload with only its labels is merged into the one that is there; <code>null</code> removes one.
        </li>
        <li>
          <b>Workloads</b> are added, or changed where they exist.
        </li>
        <li>
          <b>Deletions</b>: kind, name and <code>$patch: delete</code>. “Load policy” writes it for you.
        </li>
      </ul>
    </Empty>
  )
}
