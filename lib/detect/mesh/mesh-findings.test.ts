import { expect, test } from 'vitest'
import { aDeployment, aNamespace, anObject, aPod, aService } from '../../model/testing/objects'
import { findIn } from '../testing/find-in'
import { seenTraffic as seen } from '../testing/seen-traffic'

const INJECTED = aNamespace({ name: 'shop', labels: { 'istio-injection': 'enabled' } })
const AMBIENT = aNamespace({ name: 'shop', labels: { 'istio.io/dataplane-mode': 'ambient' } })
const LEGACY = aNamespace({ name: 'legacy' })
const PROXY = { containers: [{ name: 'app' }, { name: 'istio-proxy' }] }

function pod(name: string, options: Parameters<typeof aPod>[0] = {}): object {
  const made = aPod({ name, namespace: 'shop', labels: { app: name }, ...options }) as { metadata: object }
  return { ...made, metadata: { ...made.metadata, uid: name } }
}

const strict = anObject('security.istio.io/v1', 'PeerAuthentication', {
  name: 'default',
  namespace: 'shop',
  spec: { mtls: { mode: 'STRICT' } },
})
const allow = (name: string, spec: object) => anObject('security.istio.io/v1', 'AuthorizationPolicy', { name, namespace: 'shop', spec })
const db = aService({ name: 'db', namespace: 'shop', selector: { app: 'db' }, ports: [{ name: 'tcp-sql', port: 5432 }] })
const rule = (mode: string) =>
  anObject('networking.istio.io/v1', 'DestinationRule', {
    name: 'db',
    namespace: 'shop',
    spec: { host: 'db', trafficPolicy: { tls: { mode } } },
  })

test('MS-01: a pod that started before its namespace asked for a proxy', () => {
  expect(findIn('MS-01', [INJECTED, pod('old'), pod('new', { spec: PROXY })])).toMatchObject([
    { severity: 'warning', object: { name: 'old' }, message: 'The pod runs without the proxy of Istio, although one is asked for.' },
  ])
  const linkerd = aNamespace({ name: 'shop', annotations: { 'linkerd.io/inject': 'enabled' } })
  expect(findIn('MS-01', [linkerd, pod('old')])).toMatchObject([
    { message: 'The pod runs without the proxy of Linkerd, although one is asked for.' },
  ])
})

test('MS-01 is silent on what will get its proxy, wants none, or has ended, and mild on machines', () => {
  expect(findIn('MS-01', [INJECTED, aDeployment({ name: 'web', namespace: 'shop' })])).toEqual([])
  expect(findIn('MS-01', [INJECTED, pod('out', { labels: { 'sidecar.istio.io/inject': 'false' } })])).toEqual([])
  expect(findIn('MS-01', [INJECTED, pod('done', { phase: 'Succeeded' })])).toEqual([])
  expect(findIn('MS-01', [LEGACY, pod('plain', { namespace: 'legacy' })])).toEqual([])
  expect(findIn('MS-01', [INJECTED, pod('agent', { hostNetwork: true })])).toMatchObject([{ severity: 'info', object: { name: 'agent' } }])
})

test('MS-02: a rule that takes clients off the certificate that the server demands', () => {
  const base = [INJECTED, pod('db', { spec: PROXY, ip: '10.0.0.1' }), db]
  expect(findIn('MS-02', [...base, strict, rule('DISABLE')])).toMatchObject([
    { object: { kind: 'DestinationRule', name: 'db' }, field: 'spec.trafficPolicy.tls.mode', value: 'DISABLE' },
  ])
  expect(findIn('MS-02', [...base, strict, rule('ISTIO_MUTUAL')])).toEqual([])
  expect(findIn('MS-02', [...base, rule('DISABLE')])).toEqual([])
  expect(findIn('MS-02', [INJECTED, pod('db', { ip: '10.0.0.1' }), db, strict, rule('DISABLE')])).toEqual([])
})

test('MS-02: a client without a proxy that was seen', () => {
  const base = [INJECTED, LEGACY, strict, pod('db', { spec: PROXY, ip: '10.0.0.1' }), pod('old', { namespace: 'legacy', ip: '10.0.1.1' })]
  const traffic = seen('legacy/old', 'shop/db', 5432)
  expect(findIn('MS-02', base, { traffic })).toMatchObject([
    { object: { name: 'db' }, message: 'legacy/old[Pod] connects without a certificate of the mesh, which is demanded here.' },
  ])
  expect(findIn('MS-02', base)).toEqual([])
  expect(findIn('MS-02', [...base.slice(0, 2), ...base.slice(3)], { traffic })).toEqual([])
})

const isolating = (ports: readonly object[], from: object = { podSelector: {} }) =>
  anObject('networking.k8s.io/v1', 'NetworkPolicy', {
    name: 'db',
    namespace: 'shop',
    spec: { podSelector: {}, ingress: [{ from: [from], ports }] },
  })

test('MS-03: ambient pods whose policies leave the tunnel out', () => {
  const base = [AMBIENT, pod('db')]
  expect(findIn('MS-03', [...base, isolating([{ port: 5432 }])])).toMatchObject([
    {
      object: { name: 'db' },
      message: 'The policies let in TCP 5432 and not TCP 15008, on which all traffic of the ambient mesh arrives.',
    },
  ])
  expect(findIn('MS-03', [...base, isolating([{ port: 5432 }, { port: 15008 }])])).toEqual([])
  expect(findIn('MS-03', [...base, isolating([])])).toEqual([])
  expect(findIn('MS-03', [LEGACY, pod('db', { namespace: 'legacy' }), isolating([{ port: 5432 }])])).toEqual([])
})

test('MS-03: checks of the kubelet that policies refuse', () => {
  const probed = pod('db', { spec: { containers: [{ name: 'app', readinessProbe: { httpGet: { port: 8080 } } }] } })
  const open = [{ port: 15008 }, { port: 8080 }]
  expect(findIn('MS-03', [AMBIENT, probed, isolating(open)])).toMatchObject([
    { message: 'The policies refuse the checks of the kubelet on port 8080, which come from 169.254.7.127 in an ambient pod.' },
  ])
  expect(findIn('MS-03', [AMBIENT, probed, isolating(open, { ipBlock: { cidr: '169.254.7.127/32' } })])).toEqual([])
})

test('MS-05: nobody is let in at the pods of a Service', () => {
  const base = [INJECTED, pod('db', { spec: PROXY, ip: '10.0.0.1' }), db]
  expect(findIn('MS-05', [...base, allow('nothing', {})])).toMatchObject([{ object: { name: 'nothing' }, evidence: ['svc:shop/db'] }])
  const named = allow('db', { selector: { matchLabels: { app: 'db' } }, rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] })
  expect(findIn('MS-05', [...base, allow('nothing', {}), named])).toEqual([])
  expect(findIn('MS-05', base)).toEqual([])
})

test('MS-05: a client that was seen and that no rule lets in', () => {
  const only = allow('db', { rules: [{ from: [{ source: { namespaces: ['other'] } }] }] })
  const base = [INJECTED, pod('db', { spec: PROXY, ip: '10.0.0.1' }), pod('web', { spec: PROXY, ip: '10.0.0.2' }), only]
  expect(findIn('MS-05', base, { traffic: seen('shop/web', 'shop/db', 5432) })).toMatchObject([
    {
      object: { name: 'db' },
      message: 'A client that was seen is refused by the policy.',
      evidence: ['shop/web[Pod] to shop/db[Pod], port 5432'],
    },
  ])
  expect(findIn('MS-05', base)).toEqual([])
})

test('MS-06: ports of members that do not say what they speak', () => {
  const service = (ports: readonly { name?: string; port: number; protocol?: string; appProtocol?: string }[]) =>
    aService({ name: 'db', namespace: 'shop', selector: { app: 'db' }, ports: [...ports] })
  const member = [INJECTED, pod('db', { spec: PROXY, ip: '10.0.0.1' })]
  expect(
    findIn('MS-06', [
      ...member,
      service([
        { name: 'http-web', port: 80 },
        { name: 'admin', port: 9000 },
      ]),
    ]),
  ).toMatchObject([{ severity: 'info', message: 'Port 9000 (admin) does not say what protocol is spoken.' }])
  expect(findIn('MS-06', [...member, service([{ port: 9000, appProtocol: 'http' }])])).toEqual([])
  expect(findIn('MS-06', [...member, service([{ port: 9000, protocol: 'UDP' }])])).toEqual([])
  expect(findIn('MS-06', [INJECTED, pod('db', { ip: '10.0.0.1' }), service([{ port: 9000 }])])).toEqual([])
})
