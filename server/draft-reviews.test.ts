import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { ReportingNodes } from '@/lib/flows/reporting-nodes'
import { type ClusterState, compileCluster } from './cluster-state'
import { DraftReviews, type ReviewGround } from './draft-reviews'

const CHANGES = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
`

function stateOf(revision: number): ClusterState {
  return compileCluster({ documents: [], problems: [], name: '', source: 'manifests' }, revision, 0)
}

test('what was compiled for an earlier reading of the cluster is not kept', async () => {
  const ground = {
    state: stateOf(1),
    sources: [],
    reportingNodes: new ReportingNodes(),
    moments: { resting: () => 0, flowEdges: () => [] },
  } satisfies ReviewGround
  const reviews = new DraftReviews(ground)
  const review = (changes: string) =>
    reviews.diff(
      { changes, level: 'workload', external: true, unchanged: false, windowMs: 1, at: null, lenient: false },
      new AbortController().signal,
    )

  const earlier = new WeakRef(ground.state.engine)
  await review(CHANGES)
  ground.state = stateOf(2)
  await review(CHANGES.replace('shop', 'pay'))
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  expect(earlier.deref()).toBeUndefined()
})
