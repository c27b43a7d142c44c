import { expect, test } from 'vitest'
import type { WatchedKind } from '../model/watched-kind'
import { summariseSync, unreadKinds } from './cluster-sync'

function aKind(kind: string, part: Partial<WatchedKind> = {}): WatchedKind {
  return {
    group: '',
    version: 'v1',
    kind,
    resource: `${kind.toLowerCase()}s`,
    state: { kind: 'live', since: 0 },
    scope: { kind: 'everything' },
    objects: 1,
    leftOut: 0,
    events: 0,
    relists: 0,
    ...part,
  }
}

const STALE = aKind('Pod', { state: { kind: 'stale', since: 5_000, reason: 'the connection was lost' } })
const REFUSED = aKind('Ingress', { state: { kind: 'not-permitted', verb: 'list', namespace: null, message: 'forbidden' } })
const SYNCING = aKind('Service', { state: { kind: 'syncing', read: 500, total: 2_000 } })

test('a cluster without kinds is read as a whole', () => {
  expect(summariseSync([])).toEqual({ state: 'live', message: null, since: null })
})

test('one stale kind makes the cluster stale since then, whatever the others are', () => {
  expect(summariseSync([aKind('Node'), STALE, REFUSED, SYNCING])).toEqual({
    state: 'stale',
    message: 'Pod is not up to date: the connection was lost',
    since: 5_000,
  })
})

test('what could never be read is unread, and has no age', () => {
  const never = aKind('Pod', { state: { kind: 'stale', since: null, reason: 'connection refused' } })
  expect(summariseSync([never, STALE])).toEqual({ state: 'stale', message: 'Pod, Pod could not be read: connection refused', since: null })
  expect([...unreadKinds([never, STALE]).keys()]).toEqual(['/Pod'])
})

test('a first list that is being read says how far', () => {
  expect(summariseSync([REFUSED, SYNCING]).message).toBe('Reading Service (500 of 2000)')
})

test('kinds that may not be read, or only in some namespaces, make it partial', () => {
  expect(summariseSync([aKind('Node'), REFUSED])).toMatchObject({ state: 'partial', message: 'Not permitted to read ingresss' })
  const limited = aKind('Pod', { scope: { kind: 'namespaces', names: ['shop'] } })
  expect(summariseSync([limited])).toMatchObject({ state: 'partial', message: 'Only some namespaces may be read: pods' })
})

test('kinds that the server does not serve take nothing away', () => {
  expect(summariseSync([aKind('Gateway', { state: { kind: 'absent' } })]).state).toBe('live')
})

test('what is not held completely counts as unread; what is only old does not', () => {
  const limited = aKind('Pod', { scope: { kind: 'namespaces', names: ['shop'] } })
  const absent = aKind('Gateway', { group: 'gateway.networking.k8s.io', state: { kind: 'absent' } })
  expect([...unreadKinds([aKind('Node'), STALE, REFUSED, SYNCING, limited, absent])]).toEqual([
    ['/Ingress', new Set()],
    ['/Service', new Set()],
    ['/Pod', new Set(['shop'])],
  ])
  expect([...unreadKinds([absent, STALE])]).toEqual([])
  const asked = { kind: 'objects', names: ['kube-system/coredns'] } as const
  expect([...unreadKinds([aKind('ConfigMap', { scope: asked })])]).toEqual([['/ConfigMap', new Set(['kube-system/coredns'])]])
  expect([...unreadKinds([aKind('ConfigMap', { scope: asked, state: REFUSED.state })])]).toEqual([['/ConfigMap', new Set()]])
})
