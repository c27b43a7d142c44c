import { Icon } from '@/components/ui/icon'
import type { PolicyVerdict } from '@/lib/policy/policy-verdict'
import styles from './verdict-line.module.css'

/** What the policies say of one side, as sign and word, and why in short. */
export function VerdictLine({ verdict, words }: { verdict: PolicyVerdict; words: string }) {
  return (
    <p className={styles.verdict}>
      <Icon name={verdict === 'allowed' ? 'check' : verdict === 'denied' ? 'close' : 'info'} />
      <strong>{verdict === 'unknown' ? 'cannot tell' : verdict}</strong>
      <span className={styles.words}>{words}</span>
    </p>
  )
}
