import { expect, test } from 'vitest'
import { DEFAULT_SORT, type PolicySort, policyLines } from './policy-rows'
import { aPolicyRow } from './testing/a-policy-row'

const TIERS = [
  { name: 'Admin', mode: 'first-match' },
  { name: 'NetworkPolicy', mode: 'union' },
] as const

const POLICIES = [
  aPolicyRow({ name: 'late', tier: 'NetworkPolicy', namespace: 'shop', subjectCount: 1 }),
  aPolicyRow({ name: 'foreign', tier: 'Unreadable', enforcement: 'other-plugin' }),
  aPolicyRow({ name: 'second', tier: 'Admin', order: 20 }),
  aPolicyRow({ name: 'first', tier: 'Admin', order: 10 }),
  aPolicyRow({ name: 'early', tier: 'NetworkPolicy', namespace: 'pay', subjectCount: 5, problems: ['warning'] }),
  aPolicyRow({ name: 'wrong', tier: 'NetworkPolicy', namespace: 'zoo', problems: ['error'] }),
]

function namesIn(sort: PolicySort): readonly string[] {
  return policyLines({ tiers: TIERS }, POLICIES, sort).map((line) => (line.kind === 'group' ? `# ${line.title}` : line.policy.name))
}

test('tiers stand in the order of evaluation, what counts for nothing stands last, empty groups are left out', () => {
  expect(namesIn(DEFAULT_SORT)).toEqual([
    ...['# Tier Admin', 'first', 'second'],
    ...['# Tier NetworkPolicy', 'early', 'late', 'wrong'],
    ...['# Of another plugin', 'foreign'],
  ])
})

test('a column sorts inside the tiers, the gravest problems first when they are sorted for', () => {
  const inTier = (sort: PolicySort) => namesIn(sort).slice(4, 7)
  expect(inTier({ column: 'problems', direction: 'descending' })).toEqual(['wrong', 'early', 'late'])
  expect(inTier({ column: 'pods', direction: 'descending' })).toEqual(['early', 'late', 'wrong'])
  expect(inTier({ column: 'policy', direction: 'descending' })).toEqual(['wrong', 'late', 'early'])
})
