import type { PolicyDetails, PolicyFinding } from '@/lib/api/details'
import { classNames } from '../ui/class-names'
import { Icon } from '../ui/icon'
import { SeverityMark } from '../ui/severity-mark'
import styles from './policy-problems.module.css'

/** So few are shown with their reasons from the start. */
const FEW = 1

/** What cannot be read in a policy, and what the detectors say of it with the reason and the way out. */
export function PolicyProblems({ policy }: { policy: PolicyDetails }) {
  const unread = policy.problems.items.filter(({ detector }) => detector === null)
  if (unread.length + policy.findings.length === 0) return null
  return (
    <section className={styles.problems} aria-label="Problems">
      <ul>
        {unread.map(({ severity, message }) => (
          <li key={message} className={styles.problem}>
            <p className={classNames(styles.line, styles.plain)}>
              <SeverityMark severity={severity} withWord />
              {message}
            </p>
          </li>
        ))}
        {policy.findings.map((finding) => (
          <li key={`${finding.id} ${finding.field} ${finding.message}`} className={styles.problem}>
            <Finding finding={finding} isOpen={policy.findings.length <= FEW} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Finding({ finding, isOpen }: { finding: PolicyFinding; isOpen: boolean }) {
  const { id, severity, message, why, fix, evidence, lines } = finding
  return (
    <details open={isOpen}>
      <summary className={styles.line}>
        <span className={styles.turn}>
          <Icon name="right" size={12} />
        </span>
        <SeverityMark severity={severity} withWord />
        <span>
          {message} <span className={styles.muted}>{lines === null ? id : `${id}, line ${lines.firstLine}`}</span>
        </span>
      </summary>
      <div className={styles.more}>
        <p>{why}</p>
        <p>
          <strong>What to do:</strong> {fix}
        </p>
        {evidence.length > 0 && (
          <ul className={styles.evidence}>
            {evidence.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        )}
      </div>
    </details>
  )
}
