'use client'

import { useQuery } from '@tanstack/react-query'
import { Facts } from '@/components/ui/table'
import type { WayInDocument, WayRoute } from '@/lib/api/way-in-document'
import { placeText, shareText } from '@/lib/model/door'
import { NodeLink } from './node-link'
import { wayInOptions } from './panel-queries'
import { Section } from './section'
import { standingWords } from './standing-words'
import styles from './way-panel.module.css'
import { capital, WayProblems } from './way-problems'

const MOST_ROUTES = 40

/** A way in: hosts, TLS, every route with where it ends, and whether a controller or we say so. */
export function WayInPanel({ refName }: { refName: string }) {
  const { data, error } = useQuery(wayInOptions(refName))
  if (error !== null) return <p className={styles.pending}>{error.message}</p>
  if (data === undefined) return <p className={styles.pending}>Reading…</p>
  const { routes } = data
  return (
    <>
      {data.leadsNowhere && <p className={styles.nowhere}>! This way leads nowhere: no request that comes in gets an answer from a pod.</p>}
      <WayProblems refName={refName} problems={data.problems} own={`${data.namespace}/${data.name}`} />
      <Section title="Facts">
        <Facts facts={factsOf(data)} />
      </Section>
      <Section title="Where it leads" count={routes.total}>
        <ul className={styles.routes}>
          {routes.items.slice(0, MOST_ROUTES).map((route, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two routes may say the same
            <RouteItem key={index} route={route} />
          ))}
        </ul>
        {routes.total === 0 && <p className={styles.muted}>No route.</p>}
        {routes.total > MOST_ROUTES && <p className={styles.muted}>and {routes.total - MOST_ROUTES} more</p>}
      </Section>
    </>
  )
}

function RouteItem({ route }: { route: WayRoute }) {
  const place = route.host === null ? `any host ${placeText(route)}` : placeText(route)
  const words = [
    route.role === 'backend' ? '' : ROLE_WORDS[route.role],
    shareText(route),
    route.note,
    route.route === null ? '' : `by ${route.route.replace(':', ' ')}`,
  ].filter((word) => word !== '')
  return (
    <li className={route.works ? styles.route : styles.dead}>
      <span className={styles.place}>
        {route.tls ? <span title="TLS">🔒︎ </span> : null}
        <bdi>{place}</bdi>
      </span>
      <span>
        → <NodeLink target={route.to.ref}>{route.to.text}</NodeLink>
        {route.to.port === null ? '' : `:${route.to.port}`}
      </span>
      {words.length > 0 && <span className={styles.muted}>{words.join(' · ')}</span>}
      {!route.works && <span className={styles.warn}>{route.weight === 0 ? 'gets nothing: weight 0' : '! cannot take traffic'}</span>}
    </li>
  )
}

const ROLE_WORDS = { mirror: 'gets a copy', fallback: 'when the others cannot', canary: 'canary' } as const

function factsOf(data: WayInDocument): readonly { name: string; value: string }[] {
  const ports = data.ports.map(
    ({ port, protocol, tls, name }) => `${protocol} ${port}${tls ? ' TLS' : ''}${name === null ? '' : ` (${name})`}`,
  )
  return [
    { name: 'State', value: standingWords(data.standing) },
    { name: 'Class', value: data.className ?? '' },
    { name: 'Addresses', value: data.addresses.map((address) => (address === '*' ? 'every machine' : address)).join(', ') },
    { name: 'Ports', value: ports.join(', ') },
    { name: 'Hosts', value: data.hosts.join(', ') || 'any' },
    { name: 'TLS', value: tlsWords(data) },
    ...mergeFacts(data.facts),
    { name: 'Written in', value: data.origin === null ? '' : `${data.origin.file}:${data.origin.line}` },
  ].filter((fact) => fact.value !== '')
}

function tlsWords({ ports, routes }: WayInDocument): string {
  const isSome = ports.some(({ tls }) => tls) || routes.items.some(({ tls }) => tls)
  if (!isSome) return 'no'
  return routes.items.length > 0 && routes.items.every(({ tls }) => tls) ? 'yes' : 'for some hosts'
}

/** Facts of one name in one line. */
function mergeFacts(facts: WayInDocument['facts']): readonly { name: string; value: string }[] {
  const merged = new Map<string, Set<string>>()
  for (const { name, value } of facts) merged.set(name, (merged.get(name) ?? new Set()).add(value))
  return [...merged].map(([name, values]) => ({ name: capital(name), value: [...values].join(', ') }))
}
