import type { FindingDocument } from '@/lib/api/findings-document'
import { namespaceOfFinding } from '@/lib/api/findings-document'
import { FilterValue } from '../live/filter-value'
import { formatDateTime, formatMoment } from '../ui/format'
import { SeverityMark } from '../ui/severity-mark'
import type { GridLineProps } from '../ui/sorted-grid'
import styles from './finding-table.module.css'

/** One finding in the grid. A click on its namespace filters, anywhere else it opens the finding. */
export function FindingRow({ finding, place }: { finding: FindingDocument; place: GridLineProps }) {
  const { id, severity, object, message, since } = finding
  const namespace = namespaceOfFinding(finding)
  const at = Date.parse(since)
  return (
    <div {...place}>
      <div role="gridcell" className={styles.finding} title={message}>
        <SeverityMark severity={severity} />
        <span className={styles.message}>{message}</span>
      </div>
      <div role="gridcell">{id}</div>
      <div role="gridcell" title={object.ref}>
        <span className={styles.muted}>{object.kind}</span> <bdi>{object.name}</bdi>
      </div>
      <div role="gridcell" title={namespace ?? undefined}>
        {namespace === null ? <span className={styles.muted}>whole cluster</span> : <FilterValue inGrid field="ns" value={namespace} />}
      </div>
      <div role="gridcell" className={styles.numeric} title={formatDateTime(at)}>
        {formatMoment(at)}
      </div>
    </div>
  )
}
