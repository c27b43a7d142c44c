import { expect, test } from 'vitest'
import { freshView } from './fresh-view'
import { oneCluster } from './one-cluster'
import { DEFAULT_VIEW } from './url-state'

test('a fresh view keeps the time and the clusters, and is about the same one', () => {
  const view = { ...DEFAULT_VIEW, clusters: ['prod', 'staging'], selection: '@staging/shop', windowMs: 60_000, at: 7, filter: 'ns:shop' }
  const fresh = freshView(view)
  expect(fresh).toEqual({ ...DEFAULT_VIEW, clusters: ['staging', 'prod'], windowMs: 60_000, at: 7 })
  expect(oneCluster(fresh)).toEqual(oneCluster(view))
  expect(freshView(DEFAULT_VIEW)).toEqual(DEFAULT_VIEW)
})
