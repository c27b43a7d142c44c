import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FakeUser } from '@/testing/fake-api/access'
import { type ComparedServer, compareAnswers, READER_RULES } from '@/testing/fake-api/compare-answers'
import { ADMINISTRATOR, type FakeApi, startFakeApi } from '@/testing/fake-api/fake-api'
import { type ControlPlane, startControlPlane } from './control-plane'
import { aNamespace } from './objects'
import { makeToken } from './service-account'

let plane: ControlPlane
let api: FakeApi

const READER: FakeUser = { name: 'reader', token: 'reader-token', rules: READER_RULES }

beforeAll(async () => {
  plane = await startControlPlane()
  api = await startFakeApi({ users: [ADMINISTRATOR, READER] })
})

afterAll(async () => {
  await api?.stop()
  await plane?.stop()
})

test('the fake API server of the tests answers as the real one', async () => {
  expect(await compareAnswers(await realServer(), fakeServer())).toEqual([])
})

async function realServer(): Promise<ComparedServer> {
  await plane.admin.apply(aNamespace('compare'))
  const token = await makeToken(plane, 'compare', 'reader')
  const rules = READER_RULES.map(({ namespace: _namespace, ...rule }) => rule)
  await plane.admin.apply(
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'reader', namespace: 'compare' }, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'reader', namespace: 'compare' },
      subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'compare' }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    },
  )
  const url = `https://127.0.0.1:${plane.port}`
  const ca = readFileSync(plane.caFile, 'utf8')
  return {
    admin: { url, ca, token: plane.adminToken },
    reader: { url, ca, token },
    readerName: 'system:serviceaccount:compare:reader',
    put: (object) => plane.admin.apply(object),
    remove: (object) => plane.admin.delete(object),
  }
}

function fakeServer(): ComparedServer {
  const { url, ca } = api
  return {
    admin: { url, ca, token: ADMINISTRATOR.token },
    reader: { url, ca, token: READER.token },
    readerName: READER.name,
    put: async (object) => void api.objects.put(object),
    remove: async (object) => api.objects.delete(object),
  }
}
