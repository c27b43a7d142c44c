import type { Severity } from '@/lib/detect/finding'
import { classNames } from './class-names'
import { Icon } from './icon'
import styles from './severity-mark.module.css'
import { VisuallyHidden } from './visually-hidden'

/** How grave something is: a sign with its word, the word for screen readers alone unless `withWord`. */
export function SeverityMark({
  severity,
  withWord = false,
  isSilent = false,
}: {
  severity: Severity
  withWord?: boolean
  /** The word stands beside it already. */
  isSilent?: boolean
}) {
  return (
    <span className={classNames(styles.mark, styles[severity])}>
      <Icon name={SIGNS[severity]} size={14} />
      {withWord && <span>{WORDS[severity]}</span>}
      {!withWord && !isSilent && <VisuallyHidden>{WORDS[severity]}</VisuallyHidden>}
    </span>
  )
}

/** Shapes of their own, so that colour is never the only difference. */
const SIGNS = { error: 'failure', warning: 'warning', info: 'info' } as const

const WORDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }
