import { expect, test } from 'vitest'
import type { DiffDocument } from '@/lib/api/diff-document'
import type { ConnectivityChange } from '@/lib/policy/diff/connectivity-change'
import { reviewRows } from './review-rows'

function aChange(change: Partial<ConnectivityChange> = {}): ConnectivityChange {
  return {
    type: 'removed',
    src: 'shop/web[Deployment]',
    dst: 'shop/cart[Deployment]',
    before: 'all',
    after: 'none',
    workloadChange: null,
    because: [],
    ...change,
  }
}

function rowsOf(document: Partial<Pick<DiffDocument, 'changes' | 'unknown' | 'unchanged'>>) {
  const totals = { opened: 1, closed: 9, altered: 1, byWorkloads: 1, unknown: 1 }
  return reviewRows({ changes: [], unknown: [], unchanged: null, totals, ...document } as DiffDocument)
}

test('pairs about which the same is decided stand under one decision, the most common first', () => {
  const rows = rowsOf({
    changes: [aChange({ dst: 'a/x', before: { TCP: [[80, 80]] } }), aChange({ dst: 'a/y' }), aChange({ dst: 'a/z' })],
  })
  expect(rows.map((row) => (row.kind === 'pair' ? row.dst : row.kind === 'decision' ? `${row.pairs} pairs` : row.title))).toEqual([
    'Closed',
    '2 pairs',
    'a/y',
    'a/z',
    '1 pairs',
    'a/x',
  ])
  expect(rows[0]).toMatchObject({ total: 9, listed: 3 })
})

test('what breaks comes before what opens, workloads that come or go and pairs without a change last', () => {
  const rows = rowsOf({
    changes: [
      aChange({ type: 'added', before: 'none', after: 'all', workloadChange: { src: 'appears', dst: null }, src: 'a/new' }),
      aChange({ type: 'added', before: 'none', after: 'all', dst: 'a/x' }),
      aChange({ type: 'changed', dst: 'a/y', after: { TCP: [[80, 80]] } }),
      aChange(),
    ],
    unknown: [{ src: 'a/x', dst: 'a/y', before: 'none', after: 'all', reason: 'unsupported-policy' }],
    unchanged: { connections: [{ src: 'a/x', dst: 'a/z', conns: 'all' }], total: 1 },
  })
  expect(rows.flatMap((row) => (row.kind === 'group' ? [row.title] : []))).toEqual([
    'Closed',
    'Other ports',
    'Opened',
    'Cannot tell',
    'Only because workloads come or go',
    'Unchanged',
  ])
  expect(rows.flatMap((row) => (row.kind === 'decision' ? [row.now] : []))).toContain('not there yet')
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
})
