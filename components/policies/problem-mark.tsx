import type { Severity } from '@/lib/detect/finding'
import { classNames } from '../ui/class-names'
import { Icon } from '../ui/icon'
import { VisuallyHidden } from '../ui/visually-hidden'
import styles from './problem-mark.module.css'

/** How grave a problem is: a sign with its word, the word for screen readers alone unless `withWord`. */
export function ProblemMark({ severity, withWord = false }: { severity: Severity; withWord?: boolean }) {
  return (
    <span className={classNames(styles.mark, styles[severity])}>
      <Icon name={severity === 'info' ? 'info' : 'warning'} size={14} />
      {withWord ? <span>{WORDS[severity]}</span> : <VisuallyHidden>{WORDS[severity]}</VisuallyHidden>}
    </span>
  )
}

const WORDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }
