import type { ReactNode } from 'react'
import { classNames } from './class-names'
import { Icon } from './icon'
import styles from './notice.module.css'

/**
 * A line that says what happened, what still works and what to do. `polite` announces it when it appears; use it
 * for changes of state, not for what is on the page from the start.
 */
export function Notice({
  tone = 'info',
  title,
  children,
  actions,
  polite = false,
}: {
  tone?: 'info' | 'warning' | 'failure'
  title: string
  children?: ReactNode
  actions?: ReactNode
  polite?: boolean
}) {
  return (
    <div className={classNames(styles.notice, styles[tone])} role={polite ? 'status' : undefined}>
      <Icon name={tone === 'info' ? 'info' : 'warning'} />
      <div className={styles.body}>
        <p className={styles.title}>{title}</p>
        {children}
      </div>
      {actions}
    </div>
  )
}

/** What stands where there is nothing to show: why, and what to do about it. */
export function Empty({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.emptyTitle}>{title}</p>
      {children}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}

/** Long work: what is being done, and how far it is where that is known. */
export function Progress({ label, done, total }: { label: string; done: number | null; total: number | null }) {
  return (
    <div className={styles.progress} role="status">
      <span>{label}</span>
      {done !== null && total !== null ? (
        <progress value={done} max={Math.max(total, 1)} aria-label={label} />
      ) : (
        <progress aria-label={label} />
      )}
    </div>
  )
}
