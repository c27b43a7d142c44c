import { expect, test } from 'vitest'
import { FindingBadges } from './finding-badges'
import type { GraphNode } from './topology'

const node = (id: string, kind: GraphNode['kind'], parent: string | null = null): GraphNode => ({
  id,
  kind,
  ref: id,
  name: id,
  namespace: 'shop',
  parent,
  lane: 'workload',
  badges: [],
})
const badgesOf = (nodes: readonly GraphNode[]) => nodes.map(({ badges }) => badges.map(({ value }) => value))

test('nodes are marked by what was found about them, and a box leaves it to what is in it', () => {
  const counts = new Map([
    ['shop', { error: 1, warning: 2 }],
    ['svc:shop/web', { error: 1, warning: 0 }],
  ])
  const badges = new FindingBadges()
  expect(badgesOf(badges.mark([node('shop', 'namespace'), node('bank', 'namespace')], counts))).toEqual([['1 error, 2 warnings'], []])
  expect(badgesOf(badges.mark([node('shop', 'namespace'), node('svc:shop/web', 'service', 'shop')], counts))).toEqual([[], ['1 error']])
})

test('a row stays the same value while its count does', () => {
  const badges = new FindingBadges()
  const rows = [node('shop', 'namespace')]
  const [first] = badges.mark(rows, new Map([['shop', { error: 1, warning: 0 }]]))
  expect(badges.mark(rows, new Map([['shop', { error: 1, warning: 0 }]]))[0]).toBe(first)
  expect(badges.mark(rows, new Map([['shop', { error: 2, warning: 0 }]]))[0]).not.toBe(first)
})
