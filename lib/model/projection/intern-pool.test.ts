import { expect, test } from 'vitest'
import { InternPool } from './intern-pool'

test('equal values become one, as long as they are asked for now and then', () => {
  const pool = new InternPool(2)
  const first = { a: [1, 'x'] }
  expect(pool.intern(first)).toBe(first)
  for (let round = 0; round < 10; round++) {
    expect(pool.intern({ a: [1, 'x'] })).toBe(first)
    pool.intern({ round })
  }
})

test('what nobody asks for is forgotten', () => {
  const pool = new InternPool(2)
  const first = { a: 1 }
  pool.intern(first)
  for (let round = 0; round < 10; round++) pool.intern({ round })
  expect(pool.intern({ a: 1 })).not.toBe(first)
})

test('a text is not taken for a structure that is written the same', () => {
  const pool = new InternPool()
  expect(pool.intern('{}')).toBe('{}')
  expect(pool.intern({})).toEqual({})
  expect(pool.intern('[]')).toBe('[]')
})
