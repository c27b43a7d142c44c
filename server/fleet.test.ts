import { expect, test } from 'vitest'
import { MAX_CONNECTED } from '@/lib/api/clusters-document'
import { WHOLE_CLUSTER } from '@/lib/graph/view'
import { aNamespace, aPod } from '@/lib/model/testing/objects'
import { DEFAULT_CONFIG } from './config'
import { type ClusterPlan, Fleet } from './fleet'
import { Runtime } from './running'
import { ChangingCluster } from './testing/changing-cluster'
import { ManualClock } from './testing/manual-clock'

function aPlan(name: string, part: Partial<ClusterPlan> = {}): ClusterPlan {
  const open = () => new Runtime(DEFAULT_CONFIG, new ManualClock(0))
  return { name, origin: null, user: null, runs: null, problem: null, open, ...part }
}

function aFleet([first = '', ...others]: readonly string[]): Fleet {
  return new Fleet(aPlan(first), () => others.map((name) => aPlan(name)))
}

test('the first cluster is there from the start, the others when somebody asks', () => {
  const fleet = aFleet(['prod', 'staging'])
  expect(fleet.find(null)).toEqual({ kind: 'connected', running: fleet.first })
  expect(fleet.find('prod')).toEqual({ kind: 'connected', running: fleet.first })
  expect(fleet.find('staging')).toEqual({ kind: 'off' })
  const connected = fleet.connect('staging')
  expect(connected.kind).toBe('connected')
  expect(fleet.find('staging')).toEqual(connected)
  expect(fleet.connect('staging')).toEqual(connected)
})

test('a cluster that was forgotten starts anew; the first one stays', () => {
  const fleet = aFleet(['prod', 'staging'])
  fleet.connect('staging')
  fleet.disconnect('staging')
  fleet.disconnect('prod')
  expect(fleet.entries().map(({ name, state }) => [name, state])).toEqual([
    ['prod', 'connected'],
    ['staging', 'off'],
  ])
})

test('names that nobody knows and clusters that cannot be opened are told apart', () => {
  const fleet = new Fleet(aPlan('prod'), () => [aPlan('broken', { problem: 'its certificate cannot be read' })])
  expect(fleet.connect('__proto__')).toEqual({ kind: 'unknown' })
  expect(fleet.connect('broken')).toEqual({ kind: 'unusable', problem: 'its certificate cannot be read' })
  expect(fleet.entries()[1]).toMatchObject({ state: 'unusable', problem: 'its certificate cannot be read', sync: null })
})

test('only so many clusters are connected at once', () => {
  const names = Array.from({ length: MAX_CONNECTED + 1 }, (_, index) => `cluster-${index}`)
  const fleet = aFleet(['first', ...names])
  for (const name of names.slice(0, -2)) fleet.connect(name)
  expect(fleet.entries().filter(({ state }) => state === 'connected')).toHaveLength(MAX_CONNECTED)
  expect(fleet.connect(names.at(-1) ?? '')).toEqual({ kind: 'full' })
})

test('a context that comes later can be chosen; one that goes stays while it is connected', () => {
  let names: readonly string[] = []
  const fleet = new Fleet(aPlan('prod'), () => names.map((name) => aPlan(name)))
  const listed = () => fleet.entries().map(({ name }) => name)
  names = ['staging', 'test']
  expect(listed()).toEqual(['prod', 'staging', 'test'])
  fleet.connect('staging')
  names = []
  expect(listed()).toEqual(['prod', 'staging'])
  fleet.disconnect('staging')
  expect(listed()).toEqual(['prod'])
})

/** The first two clusters of a fleet together, watched by somebody. */
function watched(fleet: Fleet) {
  const clusters = fleet.entries().flatMap(({ name }) => {
    const found = fleet.find(name)
    return found.kind === 'connected' ? [{ name, runtime: found.running }] : []
  })
  const stream = fleet.together(clusters).open(WHOLE_CLUSTER, null, new AbortController().signal)
  if (stream === 'full') throw new Error('full')
  const reader = stream.getReader()
  let next = reader.read()
  /** What was sent until now; null once the stream has ended. */
  const sent = async (): Promise<string | null> => {
    const silence = Symbol('silence')
    let text = ''
    for (;;) {
      const part = await Promise.race([next, new Promise<typeof silence>((resolve) => setTimeout(resolve, 20, silence))])
      if (part === silence) return text
      if (part.done) return null
      text += new TextDecoder().decode(part.value)
      next = reader.read()
    }
  }
  return { clusters, sent }
}

test('who looks at several clusters learns that one was forgotten', async () => {
  const fleet = aFleet(['prod', 'staging', 'test'])
  fleet.connect('staging')
  const { sent } = watched(fleet)
  expect(await sent()).toContain('staging')
  fleet.connect('test')
  fleet.disconnect('test')
  expect(await sent()).toBe('')
  fleet.disconnect('staging')
  expect(await sent()).toBeNull()
  await fleet.stop()
})

test('a change of one cluster is shown at once to those who look at several', async () => {
  const clock = new ManualClock(0)
  const objects = [aNamespace({ name: 'shop' }), aPod({ name: 'web', namespace: 'shop' })]
  const cluster = new ChangingCluster(objects)
  const running = new Runtime(DEFAULT_CONFIG, clock, cluster)
  await running.start()
  const fleet = new Fleet(aPlan('prod'), () => [aPlan('staging', { open: () => running })], clock)
  fleet.connect('staging')
  const { sent } = watched(fleet)
  expect(await sent()).toContain('shop')
  cluster.set([...objects, aNamespace({ name: 'just-now' }), aPod({ name: 'web', namespace: 'just-now' })])
  await running.readAgain()
  expect(await sent()).toContain('just-now')
  await fleet.stop()
})
