import { expect, test } from 'vitest'
import { LINE_FORMAT_IDS } from '../api/line-format-ids'
import { familyOfFormat, familyOfSource, rankOf, SOURCE_FAMILIES } from './source-rank'

test('every kind of line has its rank', () => {
  expect(LINE_FORMAT_IDS.filter((id) => familyOfFormat(id) === null)).toEqual([])
})

test('sources rank as they count', () => {
  expect(SOURCE_FAMILIES.map(rankOf)).toEqual([...SOURCE_FAMILIES.keys()])
  const order = [familyOfSource('hubble'), familyOfSource('goldmane'), familyOfFormat('antrea'), familyOfSource('netobserv-loki')]
  const rest = [
    familyOfSource('prometheus'),
    familyOfFormat('conntrack'),
    familyOfFormat('aws'),
    familyOfFormat('envoy'),
    familyOfSource('file'),
  ]
  const ranks = [...order, ...rest].map((family) => rankOf(family ?? 'stated'))
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b))
  expect(new Set(ranks).size).toBe(ranks.length)
})
