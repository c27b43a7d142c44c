import { expect, test } from 'vitest'
import { FlowLoad } from './flow-load'

test('the load is the share of the time that flows took, against the budget', () => {
  let [now, busy] = [0, 0.3]
  const load = new FlowLoad(
    () => now,
    () => busy,
  )
  load.measure(() => {
    now += 300
  })
  now = 1_000
  expect(load.take()).toBeCloseTo(0.5)
  expect(load.share.used).toBeCloseTo(0.3)
  expect(load.take()).toBe(0)

  busy = 0.99
  expect(() =>
    load.measure(() => {
      now += 250
      throw new Error('broken')
    }),
  ).toThrow('broken')
  now = 2_000
  expect(load.take()).toBeGreaterThan(1)
})
