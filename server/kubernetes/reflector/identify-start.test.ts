import { expect, test } from 'vitest'
import { identifyStart } from './identify-start'

test.each([
  [
    '{"type":"MODIFIED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-0","generateName":"web-","namespace":"shop","uid":',
    { namespace: 'shop', name: 'web-0' },
  ],
  ['{"type":"ADDED","object":{"apiVersion":"v1","kind":"Node","metadata":{"name":"n","uid":"u"', { namespace: null, name: 'n' }],
  ['{"type":"ADDED","object":{"apiVersion":"v1","data":{"metadata":{"name":"other"', null],
  ['{"type":"ADDED","object":{"kind":"P","metadata":{"annotations":{"name":"other","namespace":"x"', null],
  ['{"type":"DELETED","object":{"kind":"P","metadata":{"name":"x",', null],
  ['nothing', null],
])('%s', (start, found) => {
  expect(identifyStart(start)).toEqual(found)
})
