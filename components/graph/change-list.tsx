import { formatMoment } from '@/components/ui/format'
import { Icon } from '@/components/ui/icon'
import type { ChangeDocument } from '@/lib/api/changes-document'
import styles from './change-list.module.css'
import { changeWord, effectWords, sharesEffect } from './change-words'
import { PolicyLink } from './policy-link'
import { plainName } from './ref-words'

/** Changes of the cluster, newest first, each with its fields; behind those that were learned together, what they did to the verdicts. */
export function ChangeList({ changes }: { changes: readonly ChangeDocument[] }) {
  return (
    <ol className={styles.changes}>
      {changes.map((change, index) => (
        <li key={change.id} className={styles.change}>
          <p className={styles.line}>
            <time className={styles.time} dateTime={change.time}>
              {formatMoment(Date.parse(change.until))}
            </time>{' '}
            <span className={styles.kind}>{change.objectKind}</span> <Name change={change} />{' '}
            <span className={styles.kind}>
              {changeWord(change)}
              {change.topic === 'labels' && change.objectKind !== 'Namespace' && ' in its labels'}
              {change.topic === 'endpoints' && ' in its endpoints'}
            </span>
          </p>
          {change.fields.length > 0 && (
            <dl className={styles.fields}>
              {change.fields.map((field) => (
                <div key={field.path} className={styles.field}>
                  <dt>{field.path}</dt>
                  <dd>
                    {field.before !== null && (
                      <>
                        <bdi className={styles.before}>{field.before}</bdi>
                        {' → '}
                      </>
                    )}
                    <bdi>{field.after ?? 'nothing'}</bdi>
                  </dd>
                </div>
              ))}
              {change.moreFields > 0 && <div className={styles.kind}>and {change.moreFields} more</div>}
            </dl>
          )}
          {!sharesEffect(change, changes[index + 1]) && <Effect change={change} />}
        </li>
      ))}
    </ol>
  )
}

function Name({ change: { topic, ref } }: { change: ChangeDocument }) {
  return topic === 'policy' ? <PolicyLink policy={ref}>{plainName(ref)}</PolicyLink> : <bdi>{plainName(ref)}</bdi>
}

function Effect({ change }: { change: ChangeDocument }) {
  const words = effectWords(change)
  if (words === null) return null
  const pairs = change.verdicts.state === 'computed' ? change.verdicts.pairs : []
  if (pairs.length === 0) return <p className={styles.effect}>{words}</p>
  return (
    <details className={styles.effect}>
      <summary>{words}</summary>
      <ul className={styles.pairs}>
        {pairs.map(({ source, destination, before, after }) => (
          <li key={`${source} ${destination}`}>
            <Icon name={after === 'none' ? 'close' : 'check'} size={12} /> <bdi>{plainName(source)}</bdi> →{' '}
            <bdi>{plainName(destination)}</bdi>{' '}
            <span className={styles.kind}>
              {portWords(before)}, now {portWords(after)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}

type Ports = Extract<ChangeDocument['verdicts'], { state: 'computed' }>['pairs'][number]['before']

/** `all`, `nothing`, `TCP 80, 443`. */
function portWords(ports: Ports): string {
  if (ports === 'all') return 'everything'
  if (ports === 'none') return 'nothing'
  const ranges = Object.entries(ports).map(
    ([protocol, list]) =>
      `${protocol} ${(list ?? []).map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ')}`,
  )
  return ranges.join('; ')
}
