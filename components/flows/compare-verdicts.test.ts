import { expect, test } from 'vitest'
import { VERDICTS } from '@/lib/flows/flow'
import { compareVerdicts } from './compare-verdicts'

test('a flow that passed although the policies deny it is a disagreement, said plainly', () => {
  expect(compareVerdicts('forwarded', 'denied')).toMatchObject({ kind: 'differs' })
  expect(compareVerdicts('forwarded', 'denied').sentence).toContain('let through, but the policies deny it now')
})

test('a drop that the policies would allow now is a disagreement too', () => {
  expect(compareVerdicts('dropped', 'allowed').kind).toBe('differs')
})

test('the same answer twice agrees', () => {
  expect(compareVerdicts('forwarded', 'allowed').kind).toBe('agrees')
  expect(compareVerdicts('dropped', 'denied').kind).toBe('agrees')
  expect(compareVerdicts('audit', 'denied').kind).toBe('agrees')
})

test('an unknown computed verdict never claims agreement', () => {
  for (const verdict of VERDICTS) expect(compareVerdicts(verdict, 'unknown').kind).toBe('cannot-tell')
})
