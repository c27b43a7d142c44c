import type { ServiceNetwork } from '@/lib/api/service-network'
import { EvidenceList } from '../live/evidence-list'
import { Section } from './section'
import styles from './service-panel.module.css'

const RECORDS = { A: 'IPv4', AAAA: 'IPv6', SRV: 'port', CNAME: 'stands for' } as const

/** How connections to a Service find an endpoint, and which names stand for it from where. */
export function ServiceNetworkSections({ network }: { network: ServiceNetwork }) {
  const { spread, entries, names, scope, zone } = network
  const deaf = deafWords(scope)
  return (
    <>
      <Section title="How connections find an endpoint">
        <ul className={styles.list}>
          {spread.map(({ clients, strategy, from }) => (
            <li key={`${clients} ${strategy}`}>
              <span className={styles.muted}>{clients}:</span> {strategy}
              {from !== null && <EvidenceList evidence={[from]} label="Read from" />}
            </li>
          ))}
          {entries.map(({ door, strategy, from }) => (
            <li key={door}>
              <span className={styles.muted}>Through {door}:</span> {strategy}
              {from !== null && <EvidenceList evidence={[from]} label="Read from" />}
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Names" count={names.length}>
        <ul className={styles.list}>
          {names.slice(0, 8).map(({ name, record, answers, total }) => (
            <li key={`${record} ${name}`}>
              <bdi>{name}</bdi>{' '}
              <span className={styles.muted}>
                {RECORDS[record]} {answers.join(', ')}
                {total > answers.length && ` and ${total - answers.length} more`}
              </span>
            </li>
          ))}
          {names.length > 8 && <li className={styles.muted}>and {names.length - 8} more</li>}
          {names.length === 0 && <li className={styles.muted}>No name answers: it has neither an address nor a ready endpoint.</li>}
        </ul>
        {names.length > 0 && (
          <>
            <p className={styles.muted}>
              {scope.short.map(({ name, from }) => `${name} is enough for ${from}`).join(', ')}.
              {zone.isAssumed && ` That names end in ${zone.value} is assumed.`}
            </p>
            {deaf !== null && <p className={styles.muted}>{deaf}</p>}
          </>
        )}
      </Section>
    </>
  )
}

/** Who cannot look any of the names up; null when everybody can. */
function deafWords({ deaf: { total, examples } }: ServiceNetwork['scope']): string | null {
  const [first] = examples
  if (first === undefined) return null
  return `Not found by ${total === 1 ? 'one pod' : `${total} pods`}, such as ${first.pod}: ${first.because}.`
}

/** Requested, granted and usable address families in one line; null where the Service has none. */
export function familyWords({ families: { requested, policy, granted, usable } }: ServiceNetwork): string | null {
  if (granted.length === 0 && requested.length === 0) return null
  const asked = [policy, requested.length === 0 ? null : requested.join(', ')].filter((part) => part !== null).join(' ')
  const has = granted.length === 0 ? 'got none' : `got ${granted.join(', ')}`
  const works =
    usable.length === granted.length && granted.length > 0
      ? 'all usable'
      : usable.length === 0
        ? 'none usable'
        : `usable: ${usable.join(', ')}`
  return `${asked === '' ? '' : `asks for ${asked}; `}${has}; ${works}`
}
