import type { ReactNode } from 'react'
import { formatCount } from '../ui/format'
import styles from './change-heading.module.css'

/** Height in pixels of a heading on one line. */
export const HEADING_HEIGHT = 34

/** The heading of a group in one of the lists of a review: what, how many, and what else there is to know. */
export function ChangeHeading({ title, count, children }: { title: ReactNode; count: number; children: ReactNode }) {
  return (
    <h3 className={styles.heading}>
      {title} <span className={styles.count}>{formatCount(count)}</span>
      <span className={styles.hint}>{children}</span>
    </h3>
  )
}
