import { expect, test } from 'vitest'
import { ChangeLog } from '@/lib/changes/change-log'
import type { ClusterChange } from '@/lib/changes/cluster-change'
import type { StoredChange } from '../store/flow-store'
import { knownChanges } from './known-changes'

const START = Date.UTC(2026, 4, 4, 10)
const SECOND = 1_000

const aChange = (name: string): ClusterChange => ({
  ...{ topic: 'policy', type: 'added', objectKind: 'NetworkPolicy', ref: `NetworkPolicy:shop/${name}`, namespace: 'shop' },
  ...{ fields: [], moreFields: 0 },
})

function stored(writer: number, id: number, at: number, name: string, state: 'computed' | 'pending' = 'computed'): StoredChange {
  const verdicts = state === 'pending' ? { state } : { state, opened: 0, closed: writer, otherwise: 0, pairs: [] }
  const change = { ...aChange(name), id, at, until: at, times: 1, revision: id }
  return {
    id,
    writer,
    at,
    until: at,
    topic: 'policy',
    namespace: 'shop',
    ref: change.ref,
    body: { change, effect: { verdicts, together: 1 } },
  }
}

async function known(rows: readonly StoredChange[], log = new ChangeLog({ keptMs: 3_600_000, limit: 100, perReading: 100 })) {
  const keeper = {
    writer: 1,
    archive: { isUsable: true, flush: () => Promise.resolve(true) },
    store: { changes: () => Promise.resolve(rows) },
  }
  const wanted = { from: START, to: START + 600 * SECOND, about: [], namespaces: [], topics: [], limit: 10 }
  return knownChanges({ log, keeper, heldFrom: START + 300 * SECOND }, wanted)
}

test('what two servers learned of one cluster is told once, with what it did', async () => {
  const found = await known([
    stored(3, 8, START + 2 * SECOND, 'wall', 'pending'),
    stored(2, 5, START + SECOND, 'wall'),
    stored(2, 4, START - 60 * SECOND, 'wall'),
  ])
  expect(found).toMatchObject({ total: 2, changes: [{ id: '5.2', effect: { verdicts: { closed: 2 } } }, { id: '4.2' }] })
})

test('one server may say the same twice, and what was not finished when it ended is said', async () => {
  const found = await known([stored(2, 6, START + 2 * SECOND, 'wall', 'pending'), stored(2, 5, START + SECOND, 'wall')])
  expect(found.changes.map(({ id, effect }) => [id, effect.verdicts.state])).toEqual([
    ['6.2', 'not-computed'],
    ['5.2', 'computed'],
  ])
})

test('what is in memory and in the store is told once', async () => {
  const log = new ChangeLog({ keptMs: 3_600_000, limit: 100, perReading: 100 })
  log.add([aChange('wall')], {
    at: START + 301 * SECOND,
    revision: 1,
    verdicts: { state: 'computed', opened: 0, closed: 7, otherwise: 0, pairs: [] },
  })
  const found = await known([stored(1, 1, START + 301 * SECOND, 'wall'), stored(9, 4, START + 303 * SECOND, 'wall')], log)
  expect(found.total).toBe(1)
  expect((await known([{ ...stored(2, 5, START, 'other'), body: { nothing: true } }], log)).total).toBe(1)
})
