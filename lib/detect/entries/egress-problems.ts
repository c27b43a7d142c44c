import { resolveEgress } from '../../model/egress/resolve-egress'
import type { ClusterView } from '../cluster-view'
import type { FindingDraft } from '../make-finding'
import { findingOfProblem } from './problem-finding'

/** EG-01 to EG-03: ways out that do nothing, are half there, or contradict each other. */
export function* findEgressProblems(view: ClusterView): Iterable<FindingDraft | null> {
  for (const { problems } of resolveEgress(view.cluster)) {
    for (const problem of problems) yield* findingOfProblem(problem, null, view)
    yield null
  }
}
