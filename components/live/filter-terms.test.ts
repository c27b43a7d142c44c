import { expect, test } from 'vitest'
import { filterTerm, flowFilter, splitTerms, withTerm } from './filter-terms'
import { DEFAULT_VIEW } from './url-state'

test('a value with spaces or parentheses is quoted', () => {
  expect(filterTerm('reason', 'policy denied (tier)')).toBe('reason:"policy denied (tier)"')
  expect(filterTerm('ns', 'shop')).toBe('ns:shop')
  expect(filterTerm('path', 'say "hi" \\ now')).toBe('path:"say \\"hi\\" \\\\ now"')
})

test('excluding a value takes back the term that asked for it', () => {
  expect(withTerm('ns:shop port:80', 'ns:shop', 'not')).toBe('port:80 -ns:shop')
  expect(withTerm('-ns:shop', 'ns:shop', 'only')).toBe('ns:shop')
})

test('a term applies to all alternatives', () => {
  expect(withTerm('ns:shop or ns:data', 'port:80', 'only')).toBe('(ns:shop or ns:data) port:80')
})

test('spaces inside quotes and parentheses do not split terms', () => {
  expect(splitTerms('a:"x y" (b:1 or c:2)  -d:3')).toEqual(['a:"x y"', '(b:1 or c:2)', '-d:3'])
})

test('namespaces and verdicts of the view become part of one filter', () => {
  const view = { ...DEFAULT_VIEW, filter: 'port:80 or port:443', namespaces: ['shop', 'data'], verdicts: ['dropped'] as const }
  expect(flowFilter(view)).toBe('(port:80 or port:443) (ns:shop or ns:data) verdict:dropped')
})
