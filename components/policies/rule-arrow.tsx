import type { PictureRule } from '@/lib/api/policy-picture'
import type { UnknownReason } from '@/lib/policy/types'
import { classNames } from '../ui/class-names'
import { formatCount } from '../ui/format'
import styles from './rule-arrow.module.css'

/**
 * The arrow of one rule: its ports above, what it does as word, colour and sign, and how much it was used below. `unsaid`: nothing
 * was recorded, or the hits of the rule stand at its first arrow.
 */
export function RuleArrow({ rule, hits }: { rule: PictureRule; hits: PictureRule['hits'] | 'unsaid' }) {
  const { action, ports, self, name } = rule
  const unsure = ports.find((port) => port.unsure !== null)?.unsure ?? null
  return (
    <div className={classNames(styles.arrow, styles[action])}>
      <p className={styles.ports} title={ports.map(({ words }) => words).join('; ')}>
        {ports.map(({ words }) => (
          <span key={words}>{words}</span>
        ))}
      </p>
      <Line action={action} />
      <p className={styles.below}>
        <strong className={styles.word}>{action}</strong>
        <span className={styles.muted}>{rule.rule}</span>
        {hits !== 'unsaid' && (
          <span className={styles.muted} title="Recorded connections that this rule decided">
            {hits === null ? 'none seen' : `${formatCount(hits.total)} seen`}
          </span>
        )}
      </p>
      {name !== null && (
        <p className={styles.muted}>
          <bdi>{name}</bdi>
        </p>
      )}
      {self !== null && <p className={styles.muted}>only where {self}</p>}
      {unsure !== null && <p className={styles.muted}>? {UNSURE[unsure] ?? 'the policies alone cannot tell'}</p>}
    </div>
  )
}

const UNSURE: Readonly<Partial<Record<UnknownReason, string>>> = {
  'l7-rule': 'only some requests: see the YAML',
  'source-port': 'looks at the port that the connection comes from',
  'authentication-required': 'only with mutual authentication',
  'cloud-group': 'a group that only the cloud provider knows',
}

const SIGNS: Readonly<Record<PictureRule['action'], string>> = {
  allow: 'M0-5v10M-5 0h10',
  deny: 'M-4-4l8 8M4-4l-8 8',
  pass: 'M-4-4l4 4-4 4M1-4l4 4-4 4',
}

/** A dashed line with the sign in its middle: computed, not observed. */
function Line({ action }: { action: PictureRule['action'] }) {
  return (
    <span className={styles.line} aria-hidden="true">
      <span className={styles.dash} />
      <svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true" focusable="false">
        <path d={SIGNS[action]} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
      <span className={styles.dash} />
      <svg width="8" height="12" viewBox="0 0 8 12" aria-hidden="true" focusable="false">
        <path d="M0 0l8 6-8 6Z" fill="currentColor" />
      </svg>
    </span>
  )
}
