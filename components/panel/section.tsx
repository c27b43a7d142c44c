import type { ReactNode } from 'react'
import styles from './section.module.css'

/** A part of the panel with a heading; `count` says how many there are. */
export function Section({ title, count, children }: { title: string; count?: number | string; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h3 className={styles.title}>
        {title}
        {count !== undefined && <span className={styles.count}> {count}</span>}
      </h3>
      {children}
    </section>
  )
}

/** What stands at the top of the panel: the kind in small, the name in large. */
export function PanelHead({ kind, children }: { kind: ReactNode; children: ReactNode }) {
  return (
    <header className={styles.head}>
      <p className={styles.kind}>{kind}</p>
      <h2 className={styles.name}>{children}</h2>
    </header>
  )
}
