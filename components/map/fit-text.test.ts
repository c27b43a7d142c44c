import { expect, test } from 'vitest'
import { breakName } from './fit-text'

test('a long name breaks after the hyphen or dot nearest to its middle, an address does not', () => {
  expect(breakName('payments-api')).toEqual(['payments-', 'api'])
  expect(breakName('telemetry.cardbridge.example')).toEqual(['telemetry.', 'cardbridge.example'])
  expect(breakName('a-very-long-name')).toEqual(['a-very-', 'long-name'])
  expect(breakName('alertmanager')).toBeNull()
  expect(breakName('198.51.100.0/24')).toBeNull()
  expect(breakName('-')).toBeNull()
})
