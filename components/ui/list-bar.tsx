import type { ReactNode } from 'react'
import styles from './list-bar.module.css'

/** The strip above a list: what is listed, and what can be done with it. */
export function ListBar({ children }: { children: ReactNode }) {
  return <div className={styles.bar}>{children}</div>
}

/** How much is listed, in the strip above a list. */
export function ListSummary({ children }: { children: ReactNode }) {
  return <p className={styles.summary}>{children}</p>
}
