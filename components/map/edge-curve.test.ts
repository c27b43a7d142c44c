import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Box } from '@/lib/graph/layout'
import { asCytoscape, curveBetween, pointOn, signPlace } from './edge-curve'

const box = (x: number, y: number): Box => ({ x, y, width: 100, height: 40, isBox: false })

const none = { leaves: 0, arrives: 0 }

test('an edge to the right leaves on the right side and arrives on the left side', () => {
  const curve = curveBetween(box(0, 0), box(300, 80), none)
  expect(curve?.start).toEqual({ x: 100, y: 20 })
  expect(curve?.end).toEqual({ x: 300, y: 100 })
})

test('an edge to the left leaves on the left side', () => {
  const curve = curveBetween(box(300, 0), box(0, 0), none)
  expect([curve?.start.x, curve?.end.x]).toEqual([300, 100])
})

test('between two that stand above each other it goes around the right side', () => {
  const curve = curveBetween(box(0, 0), box(0, 100), none)
  expect(curve?.start.x).toBe(100)
  expect(curve?.end.x).toBe(100)
  expect(curve?.first.x ?? 0).toBeGreaterThan(100)
})

test('there is no way between a box and what stands inside it', () => {
  expect(curveBetween({ x: 0, y: 0, width: 400, height: 400, isBox: true }, box(10, 10), none)).toBeNull()
})

test('the sign stands beside a card that covers the middle', () => {
  const curve = curveBetween(box(0, 0), box(600, 0), none)
  if (curve === null) throw new Error('no curve')
  const inTheWay: Box = { x: 300, y: 0, width: 100, height: 40, isBox: false }
  const { x } = signPlace(curve, [inTheWay], [], 8)
  expect(x < 292 || x > 408).toBe(true)
})

test('a sign of an edge into a second column stands in the gap before it', () => {
  const curve = curveBetween(box(0, 0), box(400, 200), none)
  if (curve === null) throw new Error('no curve')
  const firstColumn = { x: 110, y: -200, width: 240, height: 700, isBox: false }
  const { x } = signPlace(curve, [firstColumn, box(0, 0), box(400, 200)], [], 9)
  expect(x).toBeGreaterThan(350)
})

test('two signs do not cover each other', () => {
  const curve = curveBetween(box(0, 0), box(600, 0), none)
  if (curve === null) throw new Error('no curve')
  const first = signPlace(curve, [], [], 8)
  const second = signPlace(curve, [], [first], 8)
  expect(Math.abs(first.x - second.x)).toBeGreaterThan(16)
})

test('Cytoscape draws its control points where the curve has them', () => {
  const place = fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }) })
  fc.assert(
    fc.property(place, place, fc.integer({ min: -12, max: 12 }), (a, b, offset) => {
      const [source, target] = [box(a.x, a.y), box(b.x, b.y)]
      const curve = curveBetween(source, target, { leaves: offset, arrives: -offset })
      if (curve === null) return
      const { startAt, endAt, weights, distances } = asCytoscape(curve, source, target)
      const start = { x: source.x + 50 + startAt[0], y: source.y + 20 + startAt[1] }
      const end = { x: target.x + 50 + endAt[0], y: target.y + 20 + endAt[1] }
      const length = Math.max(1, Math.hypot(end.x - start.x, end.y - start.y))
      const normal = { x: -(end.y - start.y) / length, y: (end.x - start.x) / length }
      const first = {
        x: start.x * (1 - weights[0]) + end.x * weights[0] + normal.x * distances[0],
        y: start.y * (1 - weights[0]) + end.y * weights[0] + normal.y * distances[0],
      }
      expect(first.x).toBeCloseTo(curve.first.x, 0)
      expect(first.y).toBeCloseTo(curve.first.y, 0)
      expect(pointOn(curve, 0)).toEqual(curve.start)
    }),
  )
})
