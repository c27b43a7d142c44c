import styles from './because.module.css'

/** What decides a connection, now or under the draft, in words. */
export function Because({ label, text }: { label: 'now' | 'draft'; text: string }) {
  return (
    <p className={styles.because}>
      <span className={styles.when}>{label}</span>
      <bdi>{text}</bdi>
    </p>
  )
}
