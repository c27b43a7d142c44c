import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiConnection, ApiResponse } from '@/server/kubernetes/connection/api-connection'
import { openConnection } from '@/server/kubernetes/connection/open-connection'
import { contextSettings } from '@/server/kubernetes/kubeconfig/context-settings'
import { readKubeconfig } from '@/server/kubernetes/kubeconfig/read-kubeconfig'
import { type ControlPlane, startControlPlane } from './control-plane'
import { eventually } from './eventually'
import { writeKubeconfig } from './kubeconfig'
import { aNamespace } from './objects'
import { aServiceAccount, makeToken } from './service-account'

const WATCHES = 300

let plane: ControlPlane
const opened: ApiConnection[] = []

beforeAll(async () => {
  // As on large clusters: one request in fifty ends the HTTP/2 session, so that clients spread over the servers.
  plane = await startControlPlane({ apiServerFlags: { 'goaway-chance': '0.02' } })
})

afterAll(async () => {
  for (const connection of opened) connection.close()
  await plane?.stop()
})

function connect(kubeconfig: string): ApiConnection {
  const read = readKubeconfig({ kind: 'named', path: kubeconfig })
  if (!read.ok) throw new Error(read.error)
  const settings = contextSettings(read.value, 'test')
  if (!settings.ok) throw new Error(settings.error)
  const connection = openConnection(settings.value)
  opened.push(connection)
  return connection
}

async function textOf({ body }: ApiResponse): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true })
  return text
}

/** Where a stream ended: what it threw, or null when the server ended it. */
function endOf(response: ApiResponse): Promise<unknown> {
  return textOf(response).then(
    () => null,
    (error: unknown) => error,
  )
}

test('no request is lost while the server sends its clients to other sessions', async () => {
  const connection = connect(plane.kubeconfig)
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 25 }, async () => JSON.parse(await textOf(await connection.request({ path: '/api/v1/namespaces' })))),
    )
    for (const { kind, items } of answers) {
      expect(kind).toBe('NamespaceList')
      expect(items.length).toBeGreaterThanOrEqual(4)
    }
  }
})

test(`${WATCHES} watches run at once and all tell of a change`, async () => {
  const connection = connect(plane.kubeconfig)
  const watches = await Promise.all(
    Array.from({ length: WATCHES }, () => connection.request({ path: '/api/v1/namespaces?watch=1&resourceVersion=0' })),
  )
  await plane.admin.apply(aNamespace('seen-by-all'))
  await Promise.all(
    watches.map(async ({ body }) => {
      let text = ''
      for await (const chunk of body) {
        text += new TextDecoder().decode(chunk)
        if (text.includes('"seen-by-all"')) break
      }
    }),
  )
  connection.close()
})

test('a streaming list ends with a bookmark that says so', async () => {
  const query = 'watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=2'
  const answer = await connect(plane.kubeconfig).request({ path: `/api/v1/namespaces?${query}` })
  const events = (await textOf(answer))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(events[0]).toMatchObject({ type: 'ADDED', object: { kind: 'Namespace' } })
  const end = events.find(({ type }) => type === 'BOOKMARK')
  expect(end.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
})

test('a token file is read again, and a token ends with its account', async () => {
  const tokenFile = join(plane.folder, 'reader.token')
  const kubeconfig = writeKubeconfig(join(plane.folder, 'reader.kubeconfig'), { ...plane, credentials: { tokenFile } })
  const body = JSON.stringify({ spec: { resourceAttributes: { verb: 'list', resource: 'pods' } } })
  const ask = async () => {
    const answer = await connection.request({ path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', method: 'POST', body })
    return answer.status
  }
  writeFileSync(tokenFile, await makeToken(plane, 'default', 'reader'))
  const connection = connect(kubeconfig)
  expect(await ask()).toBe(201)
  await plane.admin.delete(aServiceAccount('default', 'reader'))
  // The server remembers for ten seconds that it accepted a token.
  await eventually('401', async () => (await ask()) === 401)
  writeFileSync(tokenFile, await makeToken(plane, 'default', 'reader'))
  await eventually('new token', async () => (await ask()) === 201)
})

test('a server whose certificate nobody vouches for is refused, in words', async () => {
  const kubeconfig = writeKubeconfig(join(plane.folder, 'no-ca.kubeconfig'), { ...plane, caFile: null, credentials: { token: 'secret' } })
  await expect(connect(kubeconfig).request({ path: '/version' })).rejects.toMatchObject({ fault: 'tls' })
})

test('a killed server ends every stream, and the same connection works when it is back', async () => {
  const connection = connect(plane.kubeconfig)
  const resources = ['namespaces', 'pods', 'services', 'configmaps']
  const watches = await Promise.all(resources.map((resource) => connection.request({ path: `/api/v1/${resource}?watch=1` })))
  const ends = Promise.all(watches.map(endOf))
  await plane.killApiServer()
  for (const end of await ends) expect(end).toMatchObject({ fault: 'lost' })
  await expect(connection.request({ path: '/version' })).rejects.toMatchObject({ fault: 'unreachable' })
  await plane.startApiServer()
  expect((await connection.request({ path: '/version' })).status).toBe(200)
})
