import type { WorkloadRef } from '../../model/names'

/** How often one workload asked for one name, and what it was answered. */
export type NameLookups = {
  readonly client: WorkloadRef
  /** Lower case, without the dot at the end. */
  readonly name: string
  readonly answered: number
  /** Answers that there is no such name. */
  readonly missing: number
}
