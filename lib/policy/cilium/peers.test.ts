import { describe, expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aNode, aPod, aService } from '../../model/testing/objects'
import type { Assumptions } from '../assumptions'
import { compilePolicies, type PolicyEngine } from '../engine'
import { aCcnp, aCnp, ask, engineOf, SHOP, type Spec, verdicts } from './testing/cilium-shop'

describe('peers', () => {
  const from = (peers: Spec): readonly string[] => verdicts([aCnp({ ingress: [peers] })], 'shop/cart')

  test('selectors see namespaces, their labels and service accounts', () => {
    const label = (key: string, value: string): Spec => ({ fromEndpoints: [{ matchLabels: { [key]: value } }] })
    expect(from(label('k8s:io.kubernetes.pod.namespace', 'pay')).slice(0, 2)).toEqual(['denied', 'allowed'])
    expect(from(label('io.cilium.k8s.namespace.labels.team', 'b')).slice(0, 2)).toEqual(['denied', 'allowed'])
    expect(from(label('io.cilium.k8s.policy.serviceaccount', 'teller')).slice(0, 2)).toEqual(['denied', 'denied'])
    expect(from(label('any:app', 'web')).slice(0, 2)).toEqual(['allowed', 'denied'])
  })

  test('clusterwide policies speak of every namespace', () => {
    expect(verdicts([aCcnp({ ingress: [{ fromEndpoints: [{}] }] })], 'shop/cart').slice(0, 3)).toEqual(['allowed', 'allowed', 'denied'])
  })

  test('entities', () => {
    expect(from({ fromEntities: ['cluster'] }).slice(0, 3)).toEqual(['allowed', 'allowed', 'denied'])
    expect(from({ fromEntities: ['world'] }).slice(0, 3)).toEqual(['denied', 'denied', 'allowed'])
    expect(from({ fromEntities: ['none'] }).slice(0, 3)).toEqual(['denied', 'denied', 'denied'])
  })

  test('selectors by reserved labels mean what has them', () => {
    const reserved = (selector: Spec): readonly string[] => from({ fromEndpoints: [selector] }).slice(0, 3)
    expect(reserved({ matchLabels: { 'reserved:world': '' } })).toEqual(['denied', 'denied', 'allowed'])
    expect(reserved({ matchExpressions: [{ key: 'reserved:host', operator: 'Exists' }] })).toEqual(['denied', 'denied', 'denied'])
    expect(reserved({ matchExpressions: [{ key: 'reserved:world', operator: 'DoesNotExist' }] })).toEqual(['allowed', 'allowed', 'denied'])
    // Pods have no reserved labels: such a policy selects none of them.
    expect(verdicts([aCnp({ endpointSelector: { matchLabels: { 'reserved:ingress': '' } }, ingress: [{}] })], 'shop/cart')).toEqual([
      'allowed',
      'allowed',
      'allowed',
      'allowed',
    ])
  })

  test('the own namespace by name', () => {
    expect(from({ fromEntities: ['namespace'] }).slice(0, 3)).toEqual(['allowed', 'denied', 'denied'])
    const engine = engineOf([aCcnp({ ingress: [{ fromEntities: ['namespace'] }] })])
    expect(['shop/web', 'pay/bank'].map((source) => ask(engine, source, 'shop/cart').verdict)).toEqual(['allowed', 'denied'])
    expect(engine.connectivity('pod', { external: false }).connections.map(({ src, dst }) => `${src} ${dst}`)).toEqual([
      'shop/cart shop/web',
      'shop/web shop/cart',
    ])
  })

  test('a namespaced policy selects pods of its own namespace, whatever its selector says', () => {
    const foreign = { endpointSelector: { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'pay', app: 'cart' } }, ingress: [{}] }
    const engine = engineOf([aCnp(foreign)])
    expect(ask(engine, 'shop/web', 'shop/cart').verdict).toBe('denied')
    expect(ask(engine, 'shop/web', 'pay/bank').verdict).toBe('allowed')
    expect(engine.problems).toMatchObject([{ severity: 'warning' }])
  })

  test('machines: the own one and others, by name or address', () => {
    const other = [
      aNode({ name: 'node-2', ip: '192.168.0.2', labels: { pool: 'edge' } }),
      aPod({ name: 'agent', namespace: 'shop', hostNetwork: true, ip: '192.168.0.2', node: 'node-2' }),
    ]
    const to = (peers: Spec, assumptions: Partial<Assumptions> = {}): readonly string[] => {
      const engine = compilePolicies(aCluster([...SHOP, ...other, aCnp({ egress: [peers] })]), { profile: 'cilium', assumptions })
      return ['ip:192.168.0.1', 'ip:192.168.0.2', 'shop/agent', 'shop/cart'].map((name) => ask(engine, 'shop/web', name).verdict)
    }
    expect(to({ toEntities: ['host'] })).toEqual(['allowed', 'denied', 'denied', 'denied'])
    expect(to({ toEntities: ['remote-node'] })).toEqual(['denied', 'allowed', 'allowed', 'denied'])
    expect(to({ toNodes: [{ matchLabels: { pool: 'edge' } }] })).toEqual(['denied', 'allowed', 'allowed', 'denied'])
    expect(to({ toNodes: [{}] }, { nodeSelectorLabels: false })).toEqual(['unknown', 'unknown', 'unknown', 'unknown'])
  })

  test('the API server is known by the endpoints of its Service', () => {
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['203.0.113.1'] }],
      ports: [{ port: 6443 }],
    }
    const engine = engineOf([slice, aCnp({ egress: [{ toEntities: ['kube-apiserver'] }] })])
    expect(['ip:203.0.113.1', 'ip:203.0.113.2', 'entity:kube-apiserver'].map((to) => ask(engine, 'shop/web', to).verdict)).toEqual([
      'allowed',
      'denied',
      'allowed',
    ])
  })

  test('CIDRs mean what is outside the cluster', () => {
    const everywhere = aCnp({ egress: [{ toCIDRSet: [{ cidr: '0.0.0.0/0', except: ['203.0.113.0/24'] }] }] })
    const to = (engine: PolicyEngine): readonly string[] =>
      ['shop/cart', 'ip:192.168.0.1', 'ip:203.0.113.1', 'ip:198.51.100.1'].map((name) => ask(engine, 'shop/web', name).verdict)
    expect(to(engineOf([everywhere]))).toEqual(['denied', 'denied', 'denied', 'allowed'])
    expect(to(engineOf([everywhere], { policyCIDRMatchMode: 'nodes,pods' }))).toEqual(['allowed', 'allowed', 'denied', 'allowed'])
  })

  test('CIDR groups', () => {
    const group = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumCIDRGroup',
      metadata: { name: 'g' },
      spec: { externalCIDRs: ['203.0.113.0/24'] },
    }
    const engine = engineOf([group, aCnp({ egress: [{ toCIDRSet: [{ cidrGroupRef: 'g' }] }] })])
    expect(['ip:203.0.113.1', 'ip:198.51.100.1'].map((to) => ask(engine, 'shop/web', to).verdict)).toEqual(['allowed', 'denied'])
  })

  test('services are their pods', () => {
    const service = aService({ name: 'bank', namespace: 'pay', selector: { app: 'bank' } })
    const engine = engineOf([service, aCnp({ egress: [{ toServices: [{ k8sService: { serviceName: 'bank', namespace: 'pay' } }] }] })])
    expect(['pay/bank', 'shop/cart'].map((to) => ask(engine, 'shop/web', to).verdict)).toEqual(['allowed', 'denied'])
  })

  test('a Service without namespace is meant in every namespace, one without selector by its addresses', () => {
    const services = [
      aService({ name: 'bank', namespace: 'pay', selector: { app: 'bank' } }),
      aService({ name: 'outside', namespace: 'pay', selector: null }),
    ]
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'outside-1', namespace: 'pay', labels: { 'kubernetes.io/service-name': 'outside' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['203.0.113.1'] }],
      ports: [{ port: 80 }],
    }
    const to = (service: Spec): readonly string[] => {
      const engine = engineOf([...services, slice, aCnp({ egress: [{ toServices: [service] }] })])
      return ['pay/bank', 'ip:203.0.113.1', 'shop/cart'].map((name) => ask(engine, 'shop/web', name).verdict)
    }
    expect(to({ k8sService: { serviceName: 'bank' } })).toEqual(['allowed', 'denied', 'denied'])
    expect(to({ k8sService: { serviceName: 'outside', namespace: 'pay' } })).toEqual(['denied', 'allowed', 'denied'])
    expect(to({ k8sServiceSelector: { selector: {}, namespace: 'pay' } })).toEqual(['allowed', 'allowed', 'denied'])
    expect(to({ k8sService: { serviceName: 'bank', namespace: 'shop' } })).toEqual(['denied', 'denied', 'denied'])
  })

  test('a rule with peers of two kinds is refused', () => {
    const engine = engineOf([aCnp({ ingress: [{ fromEndpoints: [{}], fromEntities: ['world'] }] })])
    expect(engine.problems[0]?.message).toContain('spec.ingress[0].fromEntities')
    expect(ask(engine, 'shop/web', 'shop/cart')).toMatchObject({ verdict: 'unknown', reason: 'unsupported-policy' })
  })
})
