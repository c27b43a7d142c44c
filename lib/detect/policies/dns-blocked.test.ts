import { describe, expect, test } from 'vitest'
import { aDeployment, aNamespace, aService, aWorkload } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const web = aDeployment({ name: 'web', namespace: 'shop' })
const dnsPods = aDeployment({ name: 'coredns', namespace: 'kube-system', podLabels: { 'k8s-app': 'kube-dns' } })
const dnsService = (targetPort = 53): object =>
  aService({
    name: 'kube-dns',
    namespace: 'kube-system',
    selector: { 'k8s-app': 'kube-dns' },
    ports: (['UDP', 'TCP'] as const).map((protocol) => ({ name: protocol.toLowerCase(), port: 53, targetPort, protocol })),
  })
const dns = [aNamespace({ name: 'kube-system' }), dnsPods, dnsService()]
const https = { to: [{ ipBlock: { cidr: '198.51.100.0/24' } }], ports: [{ port: 443 }] }
const toDns = (...ports: readonly object[]): object => ({
  to: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
  ports,
})
const both = toDns({ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' })
const egress = (...rules: readonly object[]): object => aPolicy('out', { podSelector: {}, policyTypes: ['Egress'], egress: rules })

describe('with the DNS pods in the input', () => {
  test('egress that reaches something but not DNS is an error at the policy', () => {
    expect(findIn('NP-04', [web, ...dns, egress(https)])).toMatchObject([
      {
        severity: 'error',
        object: { ref: 'NetworkPolicy:shop/out' },
        field: 'spec.egress',
        message: 'Egress is isolated and no rule reaches DNS over UDP.',
      },
    ])
  })

  test('it is gone with a rule for both protocols; UDP alone is a warning', () => {
    expect(findIn('NP-04', [web, ...dns, egress(https, both)])).toEqual([])
    expect(findIn('NP-04', [web, ...dns, egress(https, {})])).toEqual([])
    expect(findIn('NP-04', [web, ...dns, egress(https, toDns({ port: 53, protocol: 'UDP' }))])).toMatchObject([{ severity: 'warning' }])
  })

  test('a rule in another policy is as good', () => {
    const allow = aPolicy('dns', { podSelector: {}, policyTypes: ['Egress'], egress: [both] })
    expect(findIn('NP-04', [web, ...dns, egress(https), allow])).toEqual([])
  })

  test('the port that the DNS pods listen on counts, not that of the Service', () => {
    const openshift = [aNamespace({ name: 'kube-system' }), dnsPods, dnsService(5353)]
    expect(findIn('NP-04', [web, ...openshift, egress(https, both)])).toMatchObject([{ severity: 'error' }])
    const right = toDns({ port: 5353, protocol: 'UDP' }, { port: 5353, protocol: 'TCP' })
    expect(findIn('NP-04', [web, ...openshift, egress(https, right)])).toEqual([])
  })

  test('pods that may reach nothing at all need no names', () => {
    expect(findIn('NP-04', [web, ...dns, egress()])).toMatchObject([{ severity: 'info' }])
  })

  test('the DNS cache of the machine is the way where it runs', () => {
    const cache = aWorkload('apps/v1', 'DaemonSet', { name: 'node-local-dns', namespace: 'kube-system', hostNetwork: true })
    expect(findIn('NP-04', [web, ...dns, cache, egress(https, both)])).toMatchObject([{ severity: 'warning' }])
    const toCache = { to: [{ ipBlock: { cidr: '169.254.20.10/32' } }], ports: [{ port: 53, protocol: 'UDP' }] }
    expect(findIn('NP-04', [web, ...dns, cache, egress(https, toCache)])).toEqual([])
  })
})

describe('without DNS pods in the input', () => {
  test('any rule for port 53 is taken to be for DNS, and the finding says how it was judged', () => {
    expect(findIn('NP-04', [web, egress(https)])).toMatchObject([
      {
        severity: 'error',
        evidence: ['No DNS pods are in the input: judged by whether any rule allows port 53.', 'shop/web[Deployment]'],
      },
    ])
    expect(findIn('NP-04', [web, egress(https, both)])).toEqual([])
    expect(findIn('NP-04', [web, egress(https, { to: [{ namespaceSelector: {} }] })])).toEqual([])
    expect(findIn('NP-04', [web, egress({ to: [{ podSelector: {} }] })])).toHaveLength(1)
  })
})

test('pods without egress isolation are fine', () => {
  expect(findIn('NP-04', [web, ...dns, aPolicy('in', { podSelector: {} })])).toEqual([])
})
