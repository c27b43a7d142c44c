'use client'

import { FilterValue } from '@/components/live/filter-value'
import { asSelection } from '@/components/live/selection'
import { useViewState } from '@/components/live/use-view-state'
import type { DoorSummary, ServiceSummary } from '@/lib/api/details'
import styles from './service-list.module.css'

/** Services and ways in from outside; a click shows them. */
export function ServiceList({ services, doors }: { services: readonly ServiceSummary[]; doors: readonly DoorSummary[] }) {
  const [, changeView] = useViewState()
  return (
    <ul className={styles.list}>
      {services.map((service) => (
        <li key={service.ref}>
          <button type="button" className={styles.name} onClick={() => changeView((now) => ({ selection: asSelection(service.ref, now) }))}>
            <bdi>{service.name}</bdi>
          </button>{' '}
          <span className={styles.muted}>
            {service.headless ? 'headless' : service.type} ·{' '}
            {service.ports.map((port) => (port.port === port.targetPort ? `${port.port}` : `${port.port} → ${port.targetPort}`)).join(', ')}{' '}
            · {service.endpoints.ready}/{service.endpoints.total} ready
          </span>
          {service.problem !== null && <p className={styles.problem}>! {service.problem}</p>}
        </li>
      ))}
      {doors.map((door) => (
        <li key={door.ref}>
          <button type="button" className={styles.name} onClick={() => changeView((now) => ({ selection: asSelection(door.ref, now) }))}>
            <bdi>{door.name}</bdi>
          </button>{' '}
          <span className={styles.muted}>
            {door.doorKind}
            {door.tls ? ' · TLS' : ''} {door.routes.join(', ')}
          </span>
          {door.addresses.map((address) => (
            <span key={address}>
              {' '}
              <FilterValue field="ip" value={address} />
            </span>
          ))}
          {door.problems.map((problem) => (
            <p key={problem} className={styles.problem}>
              ! {problem}
            </p>
          ))}
        </li>
      ))}
    </ul>
  )
}
