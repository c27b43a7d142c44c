import { describe, expect, test } from 'vitest'
import type { Cluster } from '../model/cluster'
import { readCluster } from '../model/read-cluster'
import { compilePolicies } from './engine'

const namespace = (name: string, labels: object = {}) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })
const pod = (namespace: string, name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name } },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
  status: { phase: 'Running', podIPs: [{ ip: `10.0.${namespace.length}.${name.length}` }] },
})
const policy = (namespace: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'rules', namespace },
  spec: { podSelector: {}, policyTypes: ['Ingress'], ...spec },
})

function engineOf(objects: readonly object[], unread: Cluster['unread']) {
  const documents = objects.map((body) => ({ body, origin: null }))
  return compilePolicies(readCluster(documents, { name: 'test', source: 'live', unread }))
}

const verdictOf = (engine: ReturnType<typeof engineOf>, from: string, to: string) => {
  const { verdict, reason } = engine.evaluate({ from, to, port: 80, protocol: 'TCP' })
  return reason === null ? verdict : `${verdict} ${reason}`
}

describe('network policies that could not be read', () => {
  const pods = [namespace('shop'), namespace('data'), pod('shop', 'web'), pod('data', 'db')]
  const unread: Cluster['unread'] = new Map([['networking.k8s.io/NetworkPolicy', new Set()]])

  test('make every answer unknown that they could change', () => {
    expect(verdictOf(engineOf(pods, new Map()), 'shop/web', 'data/db')).toBe('allowed')
    expect(verdictOf(engineOf(pods, unread), 'shop/web', 'data/db')).toBe('unknown policies-not-read')
  })

  test('change nothing in namespaces whose policies could be read', () => {
    const limited: Cluster['unread'] = new Map([['networking.k8s.io/NetworkPolicy', new Set(['shop'])]])
    const engine = engineOf([...pods, pod('shop', 'cart')], limited)
    expect(verdictOf(engine, 'shop/web', 'shop/cart')).toBe('allowed')
    expect(verdictOf(engine, 'shop/web', 'data/db')).toBe('unknown policies-not-read')
  })

  test('are no policies to list', () => {
    const engine = engineOf(pods, unread)
    expect(engine.policies).toEqual([])
    expect(engine.isolation('data/db' as never)).toEqual({ ingress: [], egress: [], isComplete: false })
  })

  test('leave a wider denial as it is', () => {
    const deny = {
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'AdminNetworkPolicy',
      metadata: { name: 'no' },
      spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }] },
    }
    expect(verdictOf(engineOf([...pods, deny], unread), 'shop/web', 'data/db')).toBe('denied')
  })

  test('of another plugin than the cluster has play no role', () => {
    const cilium: Cluster['unread'] = new Map([['cilium.io/CiliumNetworkPolicy', new Set()]])
    expect(verdictOf(engineOf(pods, cilium), 'shop/web', 'data/db')).toBe('allowed')
  })
})

describe('namespaces that could not be read', () => {
  const unread: Cluster['unread'] = new Map([['/Namespace', new Set()]])
  const pods = [pod('shop', 'web'), pod('data', 'db')]
  const from = (namespaceSelector: object, more: object = {}) => policy('data', { ingress: [{ from: [{ namespaceSelector, ...more }] }] })

  test('may have the labels that a rule asks for, or not', () => {
    const engine = engineOf([...pods, from({ matchLabels: { team: 'a' } })], unread)
    expect(verdictOf(engine, 'shop/web', 'data/db')).toBe('unknown namespace-not-read')
    const without = engineOf([...pods, from({ matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] })], unread)
    expect(verdictOf(without, 'shop/web', 'data/db')).toBe('unknown namespace-not-read')
  })

  test('have the name that a rule asks for', () => {
    const engine = engineOf([...pods, from({ matchLabels: { 'kubernetes.io/metadata.name': 'shop' } })], unread)
    expect(verdictOf(engine, 'shop/web', 'data/db')).toBe('allowed')
    const other = engineOf([...pods, from({ matchLabels: { 'kubernetes.io/metadata.name': 'web' } })], unread)
    expect(verdictOf(other, 'shop/web', 'data/db')).toBe('denied')
  })

  test('do not make what the labels of pods decide uncertain', () => {
    const engine = engineOf([...pods, from({ matchLabels: { team: 'a' } }, { podSelector: { matchLabels: { app: 'other' } } })], unread)
    expect(verdictOf(engine, 'shop/web', 'data/db')).toBe('denied')
  })

  test('that are read one by one are certain', () => {
    const engine = engineOf([...pods, namespace('shop', { team: 'a' }), from({ matchLabels: { team: 'a' } })], unread)
    expect(verdictOf(engine, 'shop/web', 'data/db')).toBe('allowed')
    const other = engineOf([...pods, namespace('shop', { team: 'b' }), from({ matchLabels: { team: 'a' } })], unread)
    expect(verdictOf(other, 'shop/web', 'data/db')).toBe('denied')
  })
})
