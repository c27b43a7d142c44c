import { expect, test } from 'vitest'
import { agoWords, altersVerdicts, changeWord, effectWords, sharesEffect } from './change-words'

const computed = (opened: number, closed: number, together = 1) => ({
  verdicts: { state: 'computed', opened, closed, otherwise: 0, pairs: [], together } as const,
})

test('what a change did is one sentence, with those that share it', () => {
  expect(effectWords(computed(1, 2))).toBe('It opened 1 pair of workloads, closed 2 pairs of workloads.')
  expect(effectWords(computed(0, 1, 3))).toBe('It closed 1 pair of workloads, together with 2 other changes.')
  expect(effectWords(computed(0, 0))).toBeNull()
  expect(effectWords({ verdicts: { state: 'not-computed', reason: 'too much', together: 1 } })).toContain('not computed: too much')
  expect([altersVerdicts(computed(0, 1)), altersVerdicts(computed(0, 0))]).toEqual([true, false])
})

test('what changes did together is said once for all of them', () => {
  const [early, late] = ['2026-05-04T10:00:00.000Z', '2026-05-04T10:00:05.000Z']
  expect(sharesEffect({ until: early, ...computed(0, 1, 3) }, { until: early, ...computed(0, 1, 3) })).toBe(true)
  expect(sharesEffect({ until: early, ...computed(0, 1, 3) }, { until: late, ...computed(0, 1, 3) })).toBe(false)
  expect(sharesEffect({ until: early, ...computed(0, 1) }, { until: early, ...computed(0, 1) })).toBe(false)
  expect(sharesEffect({ until: early, ...computed(0, 1, 3) }, undefined)).toBe(false)
})

test('changes told as one say how many they are, and times how long ago', () => {
  expect(changeWord({ type: 'changed', times: 1 })).toBe('changed')
  expect(changeWord({ type: 'changed', times: 4 })).toBe('changed 4 times')
  expect([2_000, 45_000, 200_000, 7_300_000].map(agoWords)).toEqual(['just now', '45 s ago', '3 min ago', '2 h ago'])
})
