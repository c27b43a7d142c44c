import Link from 'next/link'
import type { Finding } from '@/lib/detect/finding'
import { pageHref } from '../live/page-href'
import { useViewState } from '../live/use-view-state'
import styles from './finding-body.module.css'
import { placesOf } from './where-is'

/** All that a finding says beside its message: why it matters, what was seen, where it stands, and what to do. */
export function FindingBody({ finding, withPlaces = false }: { finding: Finding; withPlaces?: boolean }) {
  const [view] = useViewState()
  const { why, fix, evidence, field, value, origin } = finding
  const places = withPlaces ? placesOf(finding, view) : []
  return (
    <div className={styles.body}>
      <section className={styles.part}>
        <h3>Why it matters</h3>
        <p>{why}</p>
      </section>
      {evidence.length > 0 && (
        <section className={styles.part}>
          <h3>Seen</h3>
          <ul className={styles.evidence}>
            {evidence.map((one) => (
              <li key={one}>
                <bdi>{one}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
      {(field !== null || origin !== null) && (
        <section className={styles.part}>
          <h3>Where</h3>
          {field !== null && (
            <p>
              <code className={styles.code}>
                {field}
                {value !== null && `: ${value}`}
              </code>
            </p>
          )}
          {origin !== null && (
            <p className={styles.muted}>
              <bdi>{origin.file}</bdi>, line {origin.line}
            </p>
          )}
        </section>
      )}
      <section className={styles.part}>
        <h3>What to do</h3>
        <p>{fix}</p>
      </section>
      {places.length > 0 && (
        <p className={styles.places}>
          {places.map((place) => (
            <Link key={place.path} href={pageHref(place.path, place.view)} prefetch={false}>
              {place.words}
            </Link>
          ))}
        </p>
      )}
    </div>
  )
}
