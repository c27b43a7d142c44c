import { expect, test } from 'vitest'
import { sortedBy } from './sort'

test('a column starts in its own direction and turns with each further click', () => {
  const once = sortedBy({ column: 'name', direction: 'ascending' }, 'hits', 'descending')
  expect(once).toEqual({ column: 'hits', direction: 'descending' })
  expect(sortedBy(once, 'hits', 'descending')).toEqual({ column: 'hits', direction: 'ascending' })
  expect(sortedBy(sortedBy(once, 'hits', 'descending'), 'hits', 'descending')).toEqual(once)
})
