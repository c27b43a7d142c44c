import type { Bounded } from '@/lib/api/bounded'
import type { WayProblem } from '@/lib/api/way-in-document'
import { Section } from './section'
import styles from './way-panel.module.css'

const MOST = 12

/** What is wrong with a way in or out, gravest first. */
export function WayProblems({ problems }: { problems: Bounded<WayProblem> }) {
  if (problems.total === 0) return null
  const sorted = problems.items.toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity])
  return (
    <Section title="What is wrong" count={problems.total}>
      <ul className={styles.problems}>
        {sorted.slice(0, MOST).map(({ severity, message, predicted, object }) => (
          <li key={message} className={severity === 'info' ? styles.calm : styles.warn}>
            {severity === 'info' ? '' : '! '}
            {message}
            <span className={styles.muted}>
              {' '}
              {[object === null ? '' : `in ${object}`, predicted ? 'predicted' : ''].filter(Boolean).join(', ')}
            </span>
          </li>
        ))}
      </ul>
      {problems.total > MOST && <p className={styles.muted}>and {problems.total - MOST} more</p>}
    </Section>
  )
}

const GRAVITY = { error: 0, warning: 1, info: 2 } as const
