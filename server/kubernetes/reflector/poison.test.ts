import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FakeApi, startFakeApi } from '@/testing/fake-api/fake-api'
import type { KubernetesObject } from '@/testing/fake-api/kubernetes-object'
import { mutate, mutations } from '@/testing/faults/mutate-object'
import { aTurnPod } from '@/testing/faults/pods'
import { type ReflectorWatcher, startReflector } from '@/testing/faults/reflector-watcher'
import { until } from '@/testing/faults/run-scenario'

const VICTIM: KubernetesObject = {
  ...aTurnPod('victim', 1, {
    annotations: { 'example.com/a': 'b' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true }],
  }),
  spec: {
    nodeName: 'node-1',
    containers: [
      { name: 'app', image: 'app:1', env: [{ name: 'A', value: 'http://b:80' }], ports: [{ name: 'http', containerPort: 8080 }] },
    ],
  },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] },
}

let api: FakeApi
let watcher: ReflectorWatcher

beforeAll(async () => {
  api = await startFakeApi({ objects: [aTurnPod('canary', 0), VICTIM] })
  watcher = startReflector(api)
  await watcher.cluster.firstSync
})

afterAll(async () => {
  watcher.stop()
  await api.stop()
})

const hasPod = (pod: string) => until(() => watcher.pods().includes(pod), 20_000)

/** Its identity stays whole: what an object without a name is about nobody can say. */
const whole = mutations(VICTIM).filter(
  ({ path: [first, second] }) =>
    first !== undefined && (first !== 'metadata' || ['labels', 'annotations', 'ownerReferences'].includes(String(second))),
)

test('after every poison object the next event is taken, and the object itself when it is mended', async () => {
  let turn = 0
  const forms = new Set<string>()
  await fc.assert(
    fc.asyncProperty(whole, async (mutation) => {
      turn++
      api.rewrite = (object) => (object.metadata.name === 'victim' ? mutate(object, mutation) : object)
      api.objects.put(VICTIM)
      api.objects.put(aTurnPod('canary', turn))
      expect(await hasPod(`canary ${turn}`)).toBe(true)
      expect(watcher.kind('pods')).toMatchObject({ state: { kind: 'live' }, relists: 0 })
      forms.add(JSON.stringify(watcher.cluster.documents()).replaceAll(`"${turn}"`, 'TURN'))

      api.rewrite = (object) => object
      api.objects.put({ ...VICTIM, metadata: { ...VICTIM.metadata, labels: { turn: String(turn) } } })
      expect(await hasPod(`victim ${turn}`)).toBe(true)
      expect(watcher.kind('pods')).toMatchObject({ leftOut: 0, objects: 2 })
    }),
    { numRuns: 80 },
  )
  // The poison did arrive.
  expect(forms.size).toBeGreaterThan(20)
}, 120_000)

test('an object without a name is counted and costs nothing else; the next list leaves no trace of it', async () => {
  api.rewrite = (object) => (object.metadata.name === 'victim' ? { ...object, metadata: null } : object)
  api.objects.put(VICTIM)
  api.objects.put(aTurnPod('canary', 1_000))
  expect(await hasPod('canary 1000')).toBe(true)
  expect(watcher.kind('pods')).toMatchObject({ state: { kind: 'live' }, leftOut: 1 })
  expect(watcher.cluster.problems().at(-1)?.message).toBe('Pod is left out: it has no name')
  api.rewrite = (object) => object
  api.objects.put(aTurnPod('victim', 1_000))
  expect(await hasPod('victim 1000')).toBe(true)
})
