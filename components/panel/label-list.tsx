import { FilterValue } from '@/components/live/filter-value'
import type { NamedValue } from '@/lib/api/details'
import styles from './label-list.module.css'

/** Labels, each of which can be filtered by. */
export function LabelList({ labels }: { labels: readonly NamedValue[] }) {
  return (
    <ul className={styles.labels}>
      {labels.map(({ name, value }) => (
        <li key={name}>
          <FilterValue field="label" value={`${name}=${value}`} />
        </li>
      ))}
    </ul>
  )
}
