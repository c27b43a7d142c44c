import { type EdgeLook, isDeclaredLook } from './edge-look'
import styles from './line-sample.module.css'

/** A short piece of a line as the map draws it, for legend, tables and panels. Decorative: a word stands beside it. */
export function LineSample({ look }: { look: EdgeLook }) {
  const isDeclared = isDeclaredLook(look)
  const width = look === 'unused' || isDeclared ? 1.3 : 2
  return (
    <svg className={styles[look]} width="30" height="14" viewBox="0 0 30 14" aria-hidden="true" focusable="false">
      <line x1="1" y1="7" x2={24} y2="7" stroke="currentColor" strokeWidth={width} strokeDasharray={DASHES[look]} />
      {isDeclared ? (
        <path d="M23 3.5 28 7l-5 3.5" fill="none" stroke="currentColor" strokeWidth="1.3" />
      ) : (
        <path d="M23 3.5 29 7l-6 3.5Z" fill="currentColor" />
      )}
      {look === 'denied' && (
        <>
          <circle cx="12" cy="7" r="5.5" fill="currentColor" />
          <path d="M9.8 4.8l4.4 4.4M14.2 4.8 9.8 9.2" className={styles.ink} />
        </>
      )}
      {(look === 'through' || look === 'error' || look === 'nowhere') && (
        <>
          <circle cx="12" cy="7" r="5.5" fill="currentColor" />
          <path d="M12 3.8v3.8M12 9.9v.1" className={styles.ink} />
        </>
      )}
      {look === 'unknown' && (
        <>
          <circle cx="12" cy="7" r="5.5" fill="currentColor" />
          <path d="M10.4 5.6a1.7 1.7 0 1 1 2.2 1.7q-.6.2-.6.8M12 10.2v.1" className={styles.ink} />
        </>
      )}
    </svg>
  )
}

const DASHES: Partial<Readonly<Record<EdgeLook, string>>> = {
  unused: '1.5 3',
  error: '1.5 3',
  idle: '1.5 3',
  declared: '6 3.5',
  nowhere: '6 3.5',
  predicted: '3 2.5',
}
