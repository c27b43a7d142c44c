import type { FindingDocument } from '@/lib/api/findings-document'
import { DETECTORS } from '@/lib/detect/detectors'
import { FindingBody } from '../graph/finding-body'
import { formatDateTime } from '../ui/format'
import { SeverityMark } from '../ui/severity-mark'
import { SidePanel } from '../ui/side-panel'
import styles from './finding-detail.module.css'

/** One finding in full; null when what was opened is not found any more. */
export function FindingDetail({ finding, onClose }: { finding: FindingDocument | null; onClose: () => void }) {
  return (
    <SidePanel label="Finding" heading={<Heading finding={finding} />} closeLabel="Close the finding" onClose={onClose}>
      {finding !== null && (
        <div className={styles.body}>
          <FindingBody finding={finding} withPlaces />
        </div>
      )}
    </SidePanel>
  )
}

function Heading({ finding }: { finding: FindingDocument | null }) {
  if (finding === null) return <h2 className={styles.title}>This finding is gone: its cause is, too.</h2>
  return (
    <>
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
    </>
  )
}
