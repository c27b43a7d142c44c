import { expect, test } from 'vitest'
import { FIELD_RULES } from '@/lib/flows/filter-fields'
import { applySuggestion, type CompletionPlace, completionPlace, suggestFields, suggestValues } from './filter-completion'

const placeAtEnd = (text: string) => completionPlace(text, text.length) as CompletionPlace

test('the start of a word completes to fields', () => {
  expect(suggestFields(placeAtEnd('port:80 ver')).map(({ text }) => text)).toEqual(['verdict:'])
})

test('after from: only fields that an end has are offered', () => {
  const offered = suggestFields(placeAtEnd('from:')).map(({ text }) => text)
  expect(offered).toContain('ns:')
  expect(offered).not.toContain('port:')
  expect(offered).not.toContain('from:')
})

test('after a colon values are offered, those that begin with the text first', () => {
  const place = placeAtEnd('-to:workload:ca')
  expect(place).toMatchObject({ kind: 'value', prefix: 'ca' })
  expect(suggestValues(place, ['shop/cart', 'cast/db', 'web/x']).map(({ text }) => text)).toEqual(['cast/db', 'shop/cart'])
})

test('each value of a list is completed by itself', () => {
  expect(placeAtEnd('ns:shop,pay')).toMatchObject({ kind: 'value', prefix: 'pay', from: 8 })
})

test('nothing is offered inside quotes', () => {
  expect(completionPlace('reason:"policy den', 18)).toBeNull()
})

test('a choice replaces what was typed of it, in the middle of the text too', () => {
  const text = '(ve) port:80'
  const place = completionPlace(text, 3) as CompletionPlace
  const [verdict] = suggestFields(place)
  expect(applySuggestion(text, place, verdict as never)).toEqual({ text: '(verdict:) port:80', caret: 9 })
})

test('every field of the language says what it is', () => {
  expect(suggestFields(placeAtEnd('')).filter(({ about }) => about === '')).toEqual([])
  expect(suggestFields(placeAtEnd('')).length).toBe(FIELD_RULES.length + 2)
})
