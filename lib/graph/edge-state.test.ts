import { expect, test } from 'vitest'
import type { Verdict } from '../flows/flow'
import { edgeState } from './edge-state'

const seen = (counts: Partial<Record<Verdict, number>>) => ({ forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0, ...counts })
const denied = { verdict: 'denied', isRefusedBehindNetwork: false } as const

test('what passes although the network policies deny it is said, what a proxy refuses behind the network is not known', () => {
  expect(edgeState(seen({ forwarded: 3 }), denied)).toBe('seen-though-denied')
  expect(edgeState(seen({ forwarded: 3 }), { ...denied, isRefusedBehindNetwork: true })).toBe('unknown')
})

test('what was refused is a denial, whatever the policies say', () => {
  expect(edgeState(seen({ forwarded: 3, dropped: 1 }), { verdict: 'allowed', isRefusedBehindNetwork: false })).toBe('denied-tried')
  expect(edgeState(seen({ error: 1 }), { ...denied, isRefusedBehindNetwork: true })).toBe('denied-tried')
})
