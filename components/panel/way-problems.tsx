import type { Bounded } from '@/lib/api/bounded'
import type { WayProblem } from '@/lib/api/way-in-document'
import { Section } from './section'
import styles from './way-panel.module.css'

const MOST = 12

/** What is wrong with a way in or out, gravest first; `own` is the `NS/NAME` that needs no saying. */
export function WayProblems({ problems, own }: { problems: Bounded<WayProblem>; own: string }) {
  if (problems.total === 0) return null
  const sorted = problems.items.toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity])
  return (
    <Section title="What is wrong" count={problems.total}>
      <ul className={styles.problems}>
        {sorted.slice(0, MOST).map(({ severity, message, object }) => (
          <li key={message} className={severity === 'info' ? styles.calm : styles.warn}>
            {severity === 'info' ? '' : '! '}
            {capital(message)}
            {object !== null && !object.endsWith(` ${own}`) && <span className={styles.muted}> in {object}</span>}
          </li>
        ))}
      </ul>
      {problems.total > MOST && <p className={styles.muted}>and {problems.total - MOST} more</p>}
    </Section>
  )
}

const GRAVITY = { error: 0, warning: 1, info: 2 } as const

/** With a capital letter, as sentences and names of facts begin. */
export function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
