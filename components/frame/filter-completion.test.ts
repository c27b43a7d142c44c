import { expect, test } from 'vitest'
import { FIELD_RULES } from '@/lib/flows/filter-fields'
import { applySuggestion, suggest, type WordPlace, wantedValues, wordAt } from './filter-completion'

test('the word is the one at the caret, also in the middle of the text', () => {
  expect(wordAt('(ve) port:80', 3)).toEqual({ from: 1, to: 3, word: 've' })
})

test('nothing is guessed inside quotes', () => {
  expect(wordAt('reason:"policy den', 18)).toBeNull()
})

test('values are asked for by field, for each value of a list by itself', () => {
  expect(wantedValues('-to:workload:ca')).toMatchObject({ field: { field: 'workload' }, prefix: 'ca' })
  expect(wantedValues('ns:shop,pay')).toMatchObject({ field: { field: 'ns' }, prefix: 'pay' })
  expect(wantedValues('from:sho')).toEqual({ field: null, prefix: 'sho' })
})

test('every field of the language says what it is', () => {
  const offered = suggest('', new Map(), 100)
  expect(offered.filter(({ about }) => about === '')).toEqual([])
  expect(offered.length).toBe(FIELD_RULES.length + 2)
})

test('a choice replaces the word and leaves the caret behind it', () => {
  const text = '(ve) port:80'
  const place = wordAt(text, 3) as WordPlace
  const [verdict] = suggest(place.word, new Map(), 10)
  expect(applySuggestion(text, place, verdict as never)).toEqual({ text: '(verdict:) port:80', caret: 9 })
})
