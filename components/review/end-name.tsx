import styles from './end-name.module.css'
import { endWords } from './end-words'

/** One end of a connection: namespace and kind in grey around its name. */
export function EndName({ end }: { end: string }) {
  const { before, name, after } = endWords(end)
  return (
    <span title={end}>
      <span className={styles.muted}>{before}</span>
      <bdi>{name}</bdi>
      <span className={styles.kind}>{after}</span>
    </span>
  )
}

/** A pair of ends. The word between them is read aloud. */
export function Ends({ src, dst }: { src: string; dst: string }) {
  return (
    <span className={styles.pair}>
      <EndName end={src} />
      <span className={styles.arrow} role="img" aria-label="to">
        →
      </span>
      <EndName end={dst} />
    </span>
  )
}
