import { expect, test } from 'vitest'
import { Freshness } from './freshness'

/** Time that a test moves; timers are called when it says so, which may be late. */
function aClock() {
  let now = 1_000_000
  let timers: { at: number; task: () => void }[] = []
  return {
    now: () => now,
    after: (ms: number, task: () => void) => {
      const timer = { at: now + ms, task }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    pass: (ms: number) => {
      now += ms
      const due = timers.filter(({ at }) => at <= now)
      timers = timers.filter(({ at }) => at > now)
      for (const { task } of due) task()
    },
  }
}

test('after a watch was opened again, what was missed has time to come before all counts as right', () => {
  const clock = aClock()
  const freshness = new Freshness(clock, () => undefined)
  freshness.live()
  freshness.stale('lost')
  freshness.resumed()
  clock.pass(149)
  expect(freshness.state.kind).toBe('stale')
  clock.pass(1)
  expect(freshness.state.kind).toBe('live')
})

test('a process that could not look at what came does not take silence for the end of it', () => {
  const clock = aClock()
  const freshness = new Freshness(clock, () => undefined)
  freshness.live()
  freshness.stale('lost')
  freshness.resumed()
  clock.pass(900)
  expect(freshness.state.kind).toBe('stale')
  clock.pass(150)
  expect(freshness.state.kind).toBe('live')
})

test('what was lost is as old as the last answer to a ping may be', () => {
  const clock = aClock()
  const freshness = new Freshness(clock, () => undefined)
  freshness.live()
  clock.pass(95_000)
  freshness.stale('lost')
  expect(freshness.state).toEqual({ kind: 'stale', since: clock.now() - 20_000, reason: 'lost' })
})

test('a watch that ended before it settled is not taken for one that is open', () => {
  const clock = aClock()
  const freshness = new Freshness(clock, () => undefined)
  freshness.live()
  freshness.stale('lost')
  freshness.resumed()
  freshness.ended('the watch ended')
  clock.pass(150)
  clock.pass(30_000)
  expect(freshness.state).toMatchObject({ kind: 'stale', reason: 'lost' })
})
