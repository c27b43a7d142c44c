'use client'

import type { ReactNode } from 'react'
import styles from './chip.module.css'
import { classNames } from './class-names'
import { Icon } from './icon'

/** A short value in a box. With `onRemove` it carries a button that takes it away. */
export function Chip({
  children,
  label,
  tone = 'plain',
  onRemove,
}: {
  children: ReactNode
  /** What is removed, for the button's name. */
  label: string
  tone?: 'plain' | 'excluded' | 'notice'
  onRemove?: () => void
}) {
  return (
    <span className={classNames(styles.chip, tone !== 'plain' && styles[tone])}>
      <span className={styles.text}>{children}</span>
      {onRemove && (
        <button type="button" className={styles.remove} aria-label={`Remove ${label}`} onClick={onRemove}>
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  )
}
