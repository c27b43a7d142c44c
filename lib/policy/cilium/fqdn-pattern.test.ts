import { expect, test } from 'vitest'
import { matchesFqdnPattern } from './fqdn-pattern'

test.each([
  ['*.example.com', 'a.example.com', true],
  ['*.example.com', 'a.b.example.com', false],
  ['**.example.com', 'a.b.example.com', true],
  ['**.example.com', 'example.com', false],
  ['api-*.example.com.', 'API-1.example.com', true],
  ['*', 'anything.at.all', true],
  ['*a*b', 'xxaxxb', true],
  ['a*', 'a.b', false],
])('pattern %s on %s is %s', (pattern, domain, expected) => {
  expect(matchesFqdnPattern(pattern, domain)).toBe(expected)
})
