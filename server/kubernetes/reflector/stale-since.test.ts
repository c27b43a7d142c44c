import { expect, test } from 'vitest'
import { Freshness } from './freshness'
import { manualClock } from './testing/manual-clock'

function aFreshness() {
  const clock = manualClock(1_000_000)
  const freshness = new Freshness(clock, () => {})
  const state = () => {
    const { state } = freshness
    return state.kind === 'live' || state.kind === 'stale' ? `${state.kind} since ${(state.since ?? 0) - 1_000_000}` : state.kind
  }
  return { clock, freshness, state }
}

test('a watch that is opened again in time leaves no trace', () => {
  const { clock, freshness, state } = aFreshness()
  freshness.live()
  clock.pass(60_000)
  freshness.ended('ended')
  clock.pass(900)
  freshness.resumed()
  clock.pass(60_000)
  expect(state()).toBe('live since 0')
})

test('a watch that is not opened again is stale since it ended', () => {
  const { clock, freshness, state } = aFreshness()
  freshness.live()
  clock.pass(60_000)
  freshness.ended('ended')
  clock.pass(1_100)
  expect(state()).toBe('stale since 60000')
})

test('what is lost is as old as the last sign of life, or as the time it takes to notice', () => {
  const { clock, freshness, state } = aFreshness()
  freshness.live()
  clock.pass(60_000)
  freshness.heard()
  clock.pass(5_000)
  freshness.stale('lost')
  expect(state()).toBe('stale since 60000')

  const quiet = aFreshness()
  quiet.freshness.live()
  quiet.clock.pass(600_000)
  quiet.freshness.stale('lost')
  expect(quiet.state()).toBe('stale since 580000')
})

test('a second failure changes the reason, not the time', () => {
  const { clock, freshness } = aFreshness()
  freshness.live()
  freshness.stale('lost')
  clock.pass(5_000)
  freshness.stale('refused')
  expect(freshness.state).toEqual({ kind: 'stale', since: 1_000_000, reason: 'refused' })
})

test('after a gap it is live when what was missed has come, and not before', () => {
  const { clock, freshness, state } = aFreshness()
  freshness.live()
  freshness.stale('lost')
  clock.pass(10_000)
  freshness.resumed()
  for (let round = 0; round < 5; round++) {
    clock.pass(100)
    expect(state()).toBe('stale since 0')
    freshness.heard()
  }
  clock.pass(150)
  expect(state()).toBe('live since 10650')
})

test('a list that never stops changing is live after a while all the same', () => {
  const { clock, freshness, state } = aFreshness()
  freshness.live()
  freshness.stale('lost')
  freshness.resumed()
  for (let round = 0; round < 21; round++) {
    clock.pass(100)
    freshness.heard()
  }
  expect(state()).toBe('live since 2000')
})
