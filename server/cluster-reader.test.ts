import { expect, test } from 'vitest'
import { ClusterReader } from './cluster-reader'
import type { ClusterState } from './cluster-state'
import { ManualClock } from './testing/manual-clock'

function aReader(settleMs: number) {
  const clock = new ManualClock(0)
  const states: ClusterState[] = []
  let reads = 0
  const reader = new ClusterReader({
    clock,
    settleMs,
    read: async () => {
      const name = `ns-${++reads}`
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
      return { documents: [{ body, origin: null }], problems: [], name: 'test', source: 'live' }
    },
    onState: (state) => states.push(state),
  })
  return { clock, reader, states }
}

const settled = () => new Promise(setImmediate)

test('changes that come together are read once', async () => {
  const { clock, reader, states } = aReader(1_000)
  for (let change = 0; change < 5; change++) reader.changed()
  clock.advance(1_000)
  await settled()
  expect(states).toHaveLength(1)
})

test('changes that never end are read all the same', async () => {
  const { clock, reader, states } = aReader(3_000)
  for (let second = 0; second < 30; second++) {
    reader.changed()
    clock.advance(1_000)
    await settled()
  }
  expect(states.length).toBeGreaterThanOrEqual(5)
})

test('nothing is read after the end', async () => {
  const { clock, reader, states } = aReader(1_000)
  reader.changed()
  reader.stop()
  clock.advance(5_000)
  await settled()
  expect(states).toHaveLength(0)
})
