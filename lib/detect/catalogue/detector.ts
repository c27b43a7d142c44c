import type { DetectorId } from '../detector-id'
import type { Severity } from '../finding'

/** One thing that is looked for. */
export type Detector = {
  readonly id: DetectorId
  /** How grave it usually is; a single finding may be milder when the cluster shows that it matters less. */
  readonly severity: Severity
  /** What is wrong, in a few words. */
  readonly title: string
  /** What happens because of it, in one sentence. */
  readonly why: string
  /** What to do, in one sentence. */
  readonly fix: string
}
