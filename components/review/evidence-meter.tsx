import type { EvidenceDocument } from '@/lib/api/diff-document'
import { evidenceWords } from '@/lib/review/evidence-words'
import { classNames } from '../ui/class-names'
import styles from './evidence-meter.module.css'

const LEVELS = ['none', 'weak', 'fair', 'good'] as const

/** How far the replay can be trusted, in words first: what it rests on and what it may have missed. */
export function EvidenceMeter({ evidence }: { evidence: EvidenceDocument }) {
  const { headline, facts } = evidenceWords(evidence)
  const level = LEVELS.indexOf(evidence.grade)
  return (
    <section className={styles.meter} aria-label="Evidence">
      <p className={styles.headline}>
        <span className={styles.bars} aria-hidden="true">
          {LEVELS.slice(1).map((name, index) => (
            <span key={name} className={classNames(styles.bar, index < level && styles.full)} />
          ))}
        </span>
        {headline}
      </p>
      <ul className={styles.facts}>
        {facts.map(({ isWarning, text }) => (
          <li key={text} className={isWarning ? styles.warning : undefined}>
            <span className={styles.sign} aria-hidden="true">
              {isWarning ? '!' : '✓'}
            </span>
            <bdi>{text}</bdi>
          </li>
        ))}
      </ul>
    </section>
  )
}
