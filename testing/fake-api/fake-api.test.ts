import { afterEach, expect, test } from 'vitest'
import type { FakeUser } from './access'
import { ask, watchEvents } from './ask'
import { aDefinition } from './custom-resource'
import { ADMINISTRATOR, type FakeApi, startFakeApi } from './fake-api'
import type { FakeApiOptions } from './fake-api-options'
import type { KubernetesObject } from './kubernetes-object'

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'
let api: FakeApi

afterEach(() => api.stop())

async function start(options: FakeApiOptions = {}) {
  api = await startFakeApi(options)
  return { url: api.url, ca: api.ca, token: ADMINISTRATOR.token }
}

function aConfigMap(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { name } }
}

function names(document: { items: readonly KubernetesObject[] }): readonly string[] {
  return document.items.map(({ metadata }) => metadata.name)
}

test('pages of a list are of one moment, also when something is written between them', async () => {
  const server = await start({ objects: ['a', 'b', 'c'].map(aConfigMap) })
  const first = JSON.parse((await ask(server, `${CONFIG_MAPS}?limit=2`)).text)
  expect(names(first)).toEqual(['a', 'b'])
  expect(first.metadata.remainingItemCount).toBe(1)
  api.objects.put(aConfigMap('bb'))
  api.objects.delete(aConfigMap('c'))
  const second = JSON.parse((await ask(server, `${CONFIG_MAPS}?limit=2&continue=${first.metadata.continue}`)).text)
  expect(names(second)).toEqual(['c'])
  expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion })
})

test('after a compaction the next page is refused, and the refusal brings a token that goes on', async () => {
  const server = await start({ objects: ['a', 'b', 'c'].map(aConfigMap) })
  const first = JSON.parse((await ask(server, `${CONFIG_MAPS}?limit=1`)).text)
  api.objects.put(aConfigMap('bb'))
  api.objects.compact()
  const refused = await ask(server, `${CONFIG_MAPS}?limit=1&continue=${first.metadata.continue}`)
  expect(refused.status).toBe(410)
  const { reason, metadata } = JSON.parse(refused.text)
  expect(reason).toBe('Expired')
  const rest = JSON.parse((await ask(server, `${CONFIG_MAPS}?continue=${metadata.continue}`)).text)
  expect(names(rest)).toEqual(['b', 'bb', 'c'])
})

test('a streaming list ends with its bookmark and goes on with what is written', async () => {
  const server = await start({ objects: [aConfigMap('a')] })
  const query = 'watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan'
  const watch = ask(server, `${CONFIG_MAPS}?${query}`)
  await untilWatched()
  api.objects.put(aConfigMap('b'))
  api.objects.put({ ...aConfigMap('b'), data: {} })
  api.objects.delete(aConfigMap('a'))
  api.objects.put({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'not-asked-for' } })
  api.sendBookmarks()
  api.endWatches()
  const events = watchEvents(await watch)
  expect(events.map(({ type, object }) => `${type} ${(object.metadata as { name?: string }).name}`)).toEqual([
    'ADDED a',
    'BOOKMARK undefined',
    'ADDED b',
    'MODIFIED b',
    'DELETED a',
    'BOOKMARK undefined',
  ])
  expect(events[1]?.object).toMatchObject({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { resourceVersion: '2', annotations: { 'k8s.io/initial-events-end': 'true' } },
  })
  expect(events[4]?.object).toMatchObject({ metadata: { resourceVersion: '5' } })
})

test('a watch from a forgotten revision is told so inside the watch', async () => {
  const server = await start({ objects: ['a', 'b'].map(aConfigMap), historyLimit: 1 })
  api.objects.put(aConfigMap('c'))
  const { status, text } = await ask(server, `${CONFIG_MAPS}?watch=1&resourceVersion=2`)
  expect(status).toBe(200)
  expect(JSON.parse(text)).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })
})

test('rights hold in their namespace and for their names, and a review tells them', async () => {
  const user: FakeUser = {
    name: 'reader',
    token: 'reader-token',
    rules: [
      { namespace: 'shop', apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
      { namespace: 'kube-system', apiGroups: [''], resources: ['configmaps'], verbs: ['list'], resourceNames: ['coredns'] },
    ],
  }
  const server = { ...(await start({ users: [user] })), token: user.token }
  const statusOf = async (path: string) => (await ask(server, path)).status
  expect(await statusOf('/api/v1/namespaces/shop/pods')).toBe(200)
  expect(await statusOf('/api/v1/pods')).toBe(403)
  expect(await statusOf('/api/v1/namespaces/kube-system/configmaps')).toBe(403)
  expect(await statusOf('/api/v1/namespaces/kube-system/configmaps?fieldSelector=metadata.name%3Dcoredns')).toBe(200)
  const spec = { resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'shop' } }
  const review = await ask(server, '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { method: 'POST', body: { spec } })
  expect(JSON.parse(review.text).status).toEqual({ allowed: true })
  expect((await ask({ ...server, token: 'unknown' }, '/api')).status).toBe(401)
})

test('a definition brings its kind and takes it away, with its objects and watches', async () => {
  const server = await start()
  const definition = aDefinition({ group: 'example.com', versions: ['v1', 'v1beta1'], kind: 'Gadget' })
  expect((await ask(server, '/apis/example.com/v1')).status).toBe(404)
  api.objects.putAll([definition, { apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { name: 'g' } }])
  const list = JSON.parse((await ask(server, '/apis/example.com/v1beta1/gadgets')).text)
  expect(list).toMatchObject({ kind: 'GadgetList', items: [{ apiVersion: 'example.com/v1beta1', kind: 'Gadget' }] })
  const watch = ask(server, '/apis/example.com/v1/gadgets?watch=1')
  await untilWatched()
  api.objects.delete(definition)
  expect(watchEvents(await watch).map(({ type }) => type)).toEqual(['ADDED', 'DELETED'])
  expect((await ask(server, '/apis/example.com/v1')).status).toBe(404)
})

test('faults come in the order they were armed, for the requests they are meant for', async () => {
  const server = await start({ objects: [aConfigMap('a')] })
  api.faults.arm({ verb: 'list', resource: 'configmaps' }, { kind: 'status', status: 429, retryAfterSeconds: 7 })
  api.faults.arm({ verb: 'list', resource: 'configmaps' }, { kind: 'truncate', afterBytes: 10 })
  api.faults.arm({ verb: 'list', resource: 'configmaps' }, { kind: 'reset-connection', afterBytes: 20 })
  expect((await ask(server, '/api/v1/pods')).status).toBe(200)
  const busy = await ask(server, CONFIG_MAPS)
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7'])
  expect((await ask(server, CONFIG_MAPS)).text).toBe('{"kind":"C')
  await expect(ask(server, CONFIG_MAPS)).rejects.toThrow('ECONNRESET')
  expect(names(JSON.parse((await ask(server, CONFIG_MAPS)).text))).toEqual(['a'])
})

test('an open watch can be struck: a line of somebody else, then silence', async () => {
  const server = await start({ objects: [aConfigMap('a')] })
  const watch = ask(server, `${CONFIG_MAPS}?watch=1`)
  await untilWatched()
  expect(api.faults.strike({ verb: 'watch' }, { kind: 'insert', text: 'no json\n' })).toBe(1)
  api.faults.strike({ verb: 'watch' }, { kind: 'truncate', afterBytes: 0 })
  expect((await watch).text).toMatch(/^\{"type":"ADDED".*\}\nno json\n$/)
})

test('a line that was refused takes connections again at the same port', async () => {
  const server = await start({ objects: [aConfigMap('a')] })
  await api.restart(async () => {
    await expect(ask(server, CONFIG_MAPS)).rejects.toThrow('ECONNREFUSED')
  })
  expect((await ask(server, CONFIG_MAPS)).status).toBe(200)
})

test('a certificate that was rotated is what the next connection sees', async () => {
  const server = await start()
  const expired = api.authority.issue({ commonName: 'old', hosts: ['127.0.0.1'], notBefore: 0, notAfter: 1_000 })
  api.useCertificate(expired)
  await expect(ask(server, '/version')).rejects.toThrow('certificate has expired')
  api.useCertificate(api.authority.issue({ commonName: 'other', hosts: ['other.example'] }))
  await expect(ask(server, '/version')).rejects.toThrow("IP: 127.0.0.1 is not in the cert's list")
  api.useCertificate(api.issueServerCertificate())
  expect((await ask(server, '/version')).status).toBe(200)
})

async function untilWatched(): Promise<void> {
  while (api.openWatches().length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
}
