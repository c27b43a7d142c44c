import { afterEach, expect, test } from 'vitest'
import { aPod } from '@/lib/model/testing/objects'
import { type FakeApi, startFakeApi } from '@/testing/fake-api/fake-api'
import type { KubernetesObject } from '@/testing/fake-api/kubernetes-object'
import { type ReflectorWatcher, startReflector } from '@/testing/faults/reflector-watcher'
import { until } from './testing/live-rig'

let api: FakeApi
let watcher: ReflectorWatcher
afterEach(async () => {
  watcher.stop()
  await api.stop()
})

const STALL = { kind: 'stall', afterBytes: 10 } as const
const POD: KubernetesObject = JSON.parse(JSON.stringify(aPod({ name: 'a', namespace: 'shop' })))

test.each([
  ['a page of a list', { verb: 'list', resource: 'pods' }],
  ['what the server serves', { path: '/apis' }],
])('%s that stops half-way on a healthy connection is asked for again', async (_what, target) => {
  api = await startFakeApi({ objects: [POD], withoutStreamingLists: true })
  const armed = api.faults.arm(target, STALL)
  watcher = startReflector(api, { speed: 30 })
  await until(() => armed.hits === 1)
  await until(() => watcher.kind('pods').state.kind === 'live')
  expect(watcher.kind('pods').objects).toBe(1)
})
