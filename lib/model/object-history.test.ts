import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ObjectHistory } from './object-history'
import type { SourceDocument } from './source-document'

const document = (name: string, value: number): SourceDocument => ({
  body: { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, spec: { value } },
  origin: null,
})
const history = (keptMs = 1e9, limit = 1e6) => new ObjectHistory({ keptMs, limit })
const bodies = (documents: readonly SourceDocument[] | null) => documents?.map(({ body }) => JSON.stringify(body)).sort() ?? null

test('the moments of changes', () => {
  const objects = history()
  const [a, b] = [document('a', 1), document('b', 1)]
  objects.follow([a, b], 10)
  objects.follow([a, document('b', 2)], 20)
  // The same in another value is no change.
  objects.follow([a, document('b', 2)], 30)
  objects.follow([a], 40)
  expect(objects.isNow(40)).toBe(true)
  expect(objects.isNow(39)).toBe(false)
  expect([9, 10, 19, 20, 39, 40].map((at) => objects.changeBefore(at))).toEqual([null, 10, 10, 20, 20, 40])
})

test('what is no object, and names like __proto__, do no harm', () => {
  const objects = history()
  objects.follow([{ body: null, origin: null }, { body: { kind: 'Pod' }, origin: null }, document('__proto__', 1)], 1)
  expect(objects.at(1)).toHaveLength(1)
})

const reading = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 2 })), {
  selector: ([name]) => name,
})
const readings = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), reading), { maxLength: 20 })

test('the objects of any moment are those of the reading before it', () => {
  fc.assert(
    fc.property(readings, (list) => {
      const objects = history()
      let now = 0
      const told = list.map(([pause, objectsThen]) => {
        now += pause
        const documents = objectsThen.map(([name, value]) => document(name, value))
        objects.follow(documents, now)
        return { at: now, documents }
      })
      for (let moment = 0; moment <= now + 1; moment++) {
        const then = told.findLast(({ at }) => at <= moment)
        expect(bodies(objects.at(moment))).toEqual(then === undefined ? null : bodies(then.documents))
        const next = told.find(({ at }) => at > moment)
        if (then !== undefined && next === undefined) expect(bodies(objects.at(moment))).toEqual(bodies(objects.at(now)))
      }
    }),
  )
})

test('what is forgotten is said to be unknown, never left out', () => {
  fc.assert(
    fc.property(readings, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 30 }), (list, limit, keptMs) => {
      const objects = history(keptMs, limit)
      const whole = history()
      let now = 0
      for (const [pause, objectsThen] of list) {
        now += pause
        const documents = objectsThen.map(([name, value]) => document(name, value))
        objects.follow(documents, now)
        whole.follow(documents, now)
        expect(objects.usage().past).toBeLessThanOrEqual(limit)
      }
      for (let moment = 0; moment <= now; moment++) {
        const known = objects.at(moment)
        if (known !== null) expect(bodies(known)).toEqual(bodies(whole.at(moment)))
      }
    }),
  )
})
