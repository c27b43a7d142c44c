import { expect, test } from 'vitest'
import { parseFilter } from './filter'
import { printFilter } from './filter-print'
import { timelineFilter } from './timeline-filter'

function split(text: string): readonly [applied: string, unapplied: readonly string[]] {
  const filter = parseFilter(text)
  if (!filter.ok) throw new Error(filter.error.message)
  const { applied, unapplied } = timelineFilter(filter.value)
  return [printFilter(applied), unapplied]
}

test('what the sums keep is applied as it is', () => {
  expect(split('ns:shop -port:443 (verdict:dropped or from:label:app=web) cart')).toEqual([
    'ns:shop -port:443 (verdict:dropped or from:label:app=web) cart',
    [],
  ])
  expect(split('')).toEqual(['', []])
})

test('terms about a single flow are left out and named', () => {
  expect(split('ns:shop path:/api/* -status:5xx')).toEqual(['ns:shop', ['path:/api/*', 'status:5xx']])
  expect(split('method:GET')).toEqual(['', ['method:GET']])
  expect(split('l7:http node:one state:denied-tried port:80')).toEqual(['port:80', ['l7:http', 'node:one', 'state:denied-tried']])
})

test('a choice with such a term in it is left out whole, because the term might hold', () => {
  expect(split('port:80 (path:/x or ns:shop)')).toEqual(['port:80', ['path:/x', 'ns:shop']])
  expect(split('port:80 -(path:/x ns:shop)')).toEqual(['port:80', ['path:/x', 'ns:shop']])
  expect(split('port:80 -(path:/x or ns:shop)')).toEqual(['port:80 -ns:shop', ['path:/x']])
})
