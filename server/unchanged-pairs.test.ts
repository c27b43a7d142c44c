import { expect, test } from 'vitest'
import type { ConnectionRow, Connectivity } from '@/lib/policy/connectivity/connectivity'
import { Turns } from './turns'
import { unchangedPairs } from './unchanged-pairs'

const row = (src: string, dst: string): ConnectionRow => ({ src, dst, conns: 'all' })

function withRows(rows: () => Iterable<ConnectionRow>): Pick<Connectivity, 'rows'> {
  return { rows }
}

test('the first are listed and all are counted, without those that change', async () => {
  const rows = [row('a', 'b'), row('a', 'c'), row('a', 'd'), row('b', 'a'), row('b', 'c'), row('c', 'a')]
  const found = await unchangedPairs(
    withRows(() => rows),
    [
      { src: 'a', dst: 'c' },
      { src: 'c', dst: 'b' },
      { src: 'c', dst: 'a' },
    ],
    2,
    new Turns(),
  )
  expect(found).toEqual({ connections: [row('a', 'b'), row('a', 'd')], total: 4 })
})

test('others get their turn in between, and the walk ends when nobody waits for it any more', async () => {
  const longest = performance.now() + 5_000
  function* endless() {
    while (performance.now() < longest) yield row('a', 'b')
    throw new Error('nobody else had a turn')
  }
  const waiting = new AbortController()
  setImmediate(() => waiting.abort(new Error('nobody waits')))
  await expect(unchangedPairs(withRows(endless), [], 2, new Turns(waiting.signal))).rejects.toThrow('nobody waits')
})
