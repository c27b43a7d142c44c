import type { FindingDocument } from '@/lib/api/findings-document'
import { DETECTORS } from '@/lib/detect/detectors'
import { FindingBody } from '../graph/finding-body'
import { IconButton } from '../ui/button'
import { formatDateTime } from '../ui/format'
import { SeverityMark } from '../ui/severity-mark'
import styles from './finding-detail.module.css'

/** One finding in full; null when what was opened is not found any more. */
export function FindingDetail({ finding, onClose }: { finding: FindingDocument | null; onClose: () => void }) {
  return (
    <aside className={styles.detail} aria-label="Finding">
      <header className={styles.header}>
        {finding === null ? (
          <h2 className={styles.title}>This finding is gone: its cause is, too.</h2>
        ) : (
          <div className={styles.words}>
            <p className={styles.kind}>
              <SeverityMark severity={finding.severity} withWord />
              <span>
                {finding.id} · {DETECTORS.get(finding.id)?.title}
              </span>
            </p>
            <h2 className={styles.title}>{finding.message}</h2>
            <p className={styles.kind}>
              <bdi>{finding.object.ref}</bdi>
              <span>since {formatDateTime(Date.parse(finding.since)).slice(0, -4)}</span>
            </p>
          </div>
        )}
        <IconButton icon="close" label="Close the finding" onClick={onClose} />
      </header>
      {finding !== null && (
        <div className={styles.body}>
          <FindingBody finding={finding} withPlaces />
        </div>
      )}
    </aside>
  )
}
