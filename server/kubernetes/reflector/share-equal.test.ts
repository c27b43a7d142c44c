import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shareEqual } from './share-equal'

test('gives what is newer, and the older value itself when nothing changed', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (older, newer) => {
      expect(shareEqual(older, newer)).toEqual(newer)
      expect(shareEqual(older, structuredClone(older))).toBe(older)
    }),
  )
})

test('parts that did not change stay the very same', () => {
  const older = {
    metadata: { labels: { a: '1' }, name: 'x' },
    spec: { containers: [{ name: 'c' }], nodeName: 'n' },
    status: { phase: 'Pending' },
  }
  const newer = { ...structuredClone(older), status: { phase: 'Running' } }
  const shared = shareEqual(older, newer)
  expect(shared).toEqual(newer)
  expect(shared).toHaveProperty('metadata', older.metadata)
  expect((shared as typeof older).metadata).toBe(older.metadata)
  expect((shared as typeof older).spec).toBe(older.spec)

  const relabelled = { ...structuredClone(older), metadata: { labels: { a: '2' }, name: 'x' } }
  expect((shareEqual(older, relabelled) as typeof older).spec.containers).toBe(older.spec.containers)
})
