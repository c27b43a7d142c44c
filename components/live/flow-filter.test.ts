import { expect, test } from 'vitest'
import { afterChoice, anyValue, flowFilter } from './flow-filter'

test('namespaces and verdicts of the view become part of one filter', () => {
  const view = { filter: 'port:80 or port:443', namespaces: ['shop', 'data'], verdicts: ['dropped'] as const }
  expect(flowFilter(view, anyValue('workload', ['shop/cart[Deployment]'], 'to'))).toBe(
    '(port:80 or port:443) ns:shop,data verdict:dropped to:workload:shop/cart[Deployment]',
  )
})

test('a filter that cannot be read goes to the server as it is, which refuses it', () => {
  expect(flowFilter({ filter: 'port:(', namespaces: ['shop'], verdicts: [] })).toBe('port:(')
})

test('excluding a value takes back the term that asked for it', () => {
  expect(afterChoice('ns:shop port:80', { side: null, field: 'ns', value: 'shop', mode: 'exclude' })).toBe('port:80 -ns:shop')
})
