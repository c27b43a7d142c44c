import type { ReactNode } from 'react'
import { IconButton } from './button'
import styles from './side-panel.module.css'

/** What is open beside a list: a heading that stays in sight with the way to close it, and the rest below. */
export function SidePanel({
  label,
  heading,
  closeLabel,
  onClose,
  children,
}: {
  label: string
  heading: ReactNode
  closeLabel: string
  onClose: () => void
  children: ReactNode
}) {
  return (
    <aside className={styles.panel} aria-label={label}>
      <header className={styles.header}>
        <div className={styles.heading}>{heading}</div>
        <IconButton icon="close" label={closeLabel} onClick={onClose} />
      </header>
      {children}
    </aside>
  )
}
