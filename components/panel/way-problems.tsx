import { useQuery } from '@tanstack/react-query'
import { objectFindingsOptions } from '@/components/live/findings-queries'
import { useLiveStatus } from '@/components/live/live-provider'
import type { Bounded } from '@/lib/api/bounded'
import type { WayProblem } from '@/lib/api/way-in-document'
import { Section } from './section'
import styles from './way-panel.module.css'

const MOST = 12

/**
 * What else is wrong with a way in or out, gravest first: its findings stand above, and are not said twice. `own` is the
 * `NS/NAME` that needs no saying.
 */
export function WayProblems({ refName, problems, own }: { refName: string; problems: Bounded<WayProblem>; own: string }) {
  const { findings } = useLiveStatus()
  const { data } = useQuery(objectFindingsOptions(refName, findings?.revision ?? null))
  const found = new Set(data?.findings.items.map(({ message }) => plain(message)))
  const left = problems.items.filter(({ message }) => !found.has(plain(message)))
  const total = problems.total - (problems.items.length - left.length)
  if (total === 0) return null
  const sorted = left.toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity])
  return (
    <Section title={found.size > 0 ? 'What else is wrong' : 'What is wrong'} count={total}>
      <ul className={styles.problems}>
        {sorted.slice(0, MOST).map(({ severity, message, object }) => (
          <li key={message} className={severity === 'info' ? styles.calm : styles.warn}>
            {severity === 'info' ? '' : '! '}
            {capital(message)}
            {object !== null && !object.endsWith(` ${own}`) && <span className={styles.muted}> in {object}</span>}
          </li>
        ))}
      </ul>
      {total > MOST && <p className={styles.muted}>and {total - MOST} more</p>}
    </Section>
  )
}

/** A sentence without what findings add to it: a capital letter and a full stop. */
function plain(message: string): string {
  return message.replace(/\.$/, '').toLowerCase()
}

const GRAVITY = { error: 0, warning: 1, info: 2 } as const

/** With a capital letter, as sentences and names of facts begin. */
export function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
