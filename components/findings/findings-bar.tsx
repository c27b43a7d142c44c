import type { FindingDocument, FindingsDocument } from '@/lib/api/findings-document'
import { DETECTORS } from '@/lib/detect/detectors'
import { SEVERITIES, type Severity } from '@/lib/detect/finding'
import { apiUrl } from '../live/api-url'
import { printList } from '../live/url-state'
import { useViewState } from '../live/use-view-state'
import { countWords, formatCount } from '../ui/format'
import { Icon } from '../ui/icon'
import { ListBar, ListSummary } from '../ui/list-bar'
import { SeverityMark } from '../ui/severity-mark'
import { VisuallyHidden } from '../ui/visually-hidden'
import { detectorCounts } from './finding-rows'
import styles from './findings-bar.module.css'

const WORDS: Readonly<Record<Severity, readonly [string, string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  info: ['note', 'notes'],
}

/** How many there are of each severity, which of them are listed, and the list as a file. */
export function FindingsBar({
  data,
  fitting,
  shown,
}: {
  data: FindingsDocument
  /** What the filter of the page leaves, before the choices of this bar. */
  fitting: readonly FindingDocument[]
  shown: number
}) {
  const [view, changeView] = useViewState()
  const { severities, detectors } = view
  const toggle = (severity: Severity) =>
    changeView({ severities: severities.includes(severity) ? severities.filter((one) => one !== severity) : [...severities, severity] })
  const query = { namespaces: printList(view.namespaces), severity: severities.join(',') }
  const total = data.findings.total
  return (
    <ListBar>
      <fieldset className={styles.severities}>
        <legend>
          <VisuallyHidden>Severities that are listed</VisuallyHidden>
        </legend>
        {SEVERITIES.map((severity) => {
          const count = fitting.filter((finding) => finding.severity === severity).length
          return (
            <button
              key={severity}
              type="button"
              className={styles.toggle}
              aria-pressed={severities.includes(severity)}
              onClick={() => toggle(severity)}
            >
              <SeverityMark severity={severity} isSilent />
              {formatCount(count)} {WORDS[severity][count === 1 ? 0 : 1]}
            </button>
          )
        })}
      </fieldset>
      <label className={styles.detector}>
        <span>Detector</span>
        <select
          value={detectors[0] ?? ''}
          onChange={(event) => changeView({ detectors: event.target.value === '' ? [] : [event.target.value] })}
        >
          <option value="">all</option>
          {options(fitting, detectors[0]).map(({ id, words }) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <ListSummary>
        {shown === total ? countWords(total, 'finding') : `${formatCount(shown)} of ${countWords(total, 'finding')}`}
      </ListSummary>
      <p className={styles.exports}>
        <a href={apiUrl('findings', query)} download="sluice-findings.json">
          <Icon name="download" size={14} /> JSON
        </a>
        <a href={apiUrl('findings', { ...query, format: 'sarif' })} download="sluice-findings.sarif">
          <Icon name="download" size={14} /> SARIF
        </a>
      </p>
    </ListBar>
  )
}

function options(findings: readonly FindingDocument[], chosen: string | undefined): readonly { id: string; words: string }[] {
  const counts = detectorCounts(findings)
  const listed = chosen === undefined || counts.some(([id]) => id === chosen) ? counts : [...counts, [chosen, 0] as const]
  const titles = new Map<string, string>([...DETECTORS.values()].map(({ id, title }) => [id, title]))
  return listed.map(([id, count]) => ({ id, words: `${id} ${titles.get(id) ?? ''} (${formatCount(count)})` }))
}
