'use client'

import type { DiffDocument, DraftProblem } from '@/lib/api/diff-document'
import type { Finding } from '@/lib/detect/finding'
import type { ObjectChange } from '@/lib/review/change-set'
import { classNames } from '../ui/class-names'
import { countWords, formatCount } from '../ui/format'
import styles from './draft-notes.module.css'

/** What stands in the draft: its problems, what it does to which object, and what the detectors say of it. */
export function DraftNotes({
  problems,
  result,
  goTo,
}: {
  problems: readonly DraftProblem[]
  result: DiffDocument | null
  goTo: (line: number) => void
}) {
  const objects = result?.objects ?? []
  const { introduced = [], cleared = [] } = result?.findings ?? {}
  if (problems.length + objects.length + introduced.length + cleared.length === 0) return null
  return (
    <div className={styles.notes} role="region" aria-label="About the draft" tabIndex={0}>
      {problems.length > 0 && (
        <ul aria-label="Problems in the draft">
          {problems.map((problem, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one message may stand twice
            <li key={index} className={styles.note}>
              <Sign severity={problem.severity} />
              <span>
                {problem.line !== null && <LineButton line={problem.line} goTo={goTo} />} <bdi>{problem.message}</bdi>
              </span>
            </li>
          ))}
        </ul>
      )}
      {objects.length > 0 && (
        <ul aria-label="What the draft does">
          {objects.map((object, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two kinds may share the rest of a name
            <li key={index} className={styles.note}>
              <span className={classNames(styles.action, styles[object.action])}>{ACTIONS[object.action]}</span>
              <span>
                <bdi>{object.ref}</bdi>
                {object.following > 0 && <span className={styles.muted}> {followingWords(object)}</span>}{' '}
                {object.line !== null && <LineButton line={object.line} goTo={goTo} />}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Findings title="New findings" findings={introduced} />
      <Findings title="Findings that go away" findings={cleared} isSettled />
    </div>
  )
}

const ACTIONS = { added: 'adds', changed: 'changes', deleted: 'deletes', none: 'no effect' } as const

function followingWords({ action, following, kind }: ObjectChange): string {
  const what = kind === 'Namespace' ? 'object' : 'pod'
  const noun = action === 'deleted' && what === 'pod' ? 'object' : what
  return `with ${countWords(following, noun)}`
}

function LineButton({ line, goTo }: { line: number; goTo: (line: number) => void }) {
  return (
    <button type="button" className={styles.line} onClick={() => goTo(line)}>
      line {line}
    </button>
  )
}

function Findings({ title, findings, isSettled = false }: { title: string; findings: readonly Finding[]; isSettled?: boolean }) {
  if (findings.length === 0) return null
  return (
    <section aria-label={title}>
      <h3 className={styles.title}>
        {title} <span className={styles.muted}>{formatCount(findings.length)}</span>
      </h3>
      <ul>
        {findings.map((finding, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one finding may stand twice
          <li key={index} className={styles.note}>
            {isSettled ? <span className={styles.settled}>✓</span> : <Sign severity={finding.severity} />}
            <span>
              <bdi>{finding.object.ref}</bdi>: <bdi>{finding.message}</bdi> <span className={styles.muted}>{finding.id}</span>
              {!isSettled && <span className={styles.fix}>{finding.fix}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Sign({ severity }: { severity: Finding['severity'] }) {
  const sign = severity === 'info' ? 'i' : '!'
  return (
    <span className={classNames(styles.sign, styles[severity])} role="img" aria-label={severity}>
      {sign}
    </span>
  )
}
