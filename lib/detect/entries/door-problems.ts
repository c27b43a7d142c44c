import { eastWestProblems } from '../../model/doors/east-west'
import { attachRoutes } from '../../model/route-attachment'
import type { ClusterView } from '../cluster-view'
import { OWN_DOORS } from '../exposure/served-doors'
import type { FindingDraft } from '../make-finding'
import { findingOfProblem } from './problem-finding'

/** IN, GW, TR and MS-04: what is wrong with doors, and with routes that no door takes. */
export function* findDoorProblems(view: ClusterView): Iterable<FindingDraft | null> {
  for (const door of view.doors) {
    if (!OWN_DOORS.has(door.kind)) for (const problem of door.problems) yield* findingOfProblem(problem, door, view)
    yield null
  }
  for (const { problems } of attachRoutes(view.cluster)) for (const problem of problems) yield* findingOfProblem(problem, null, view)
  for (const problem of eastWestProblems(view.cluster)) yield* findingOfProblem(problem, null, view)
}
