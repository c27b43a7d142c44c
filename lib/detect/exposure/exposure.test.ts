import { expect, test } from 'vitest'
import { aDeployment, aNode, anObject, aPod, aService } from '../../model/testing/objects'
import { NOON } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const web = (replicas: number, port = 8080) => aDeployment({ name: 'web', namespace: 'shop', replicas, ports: [{ containerPort: port }] })
const balanced = (targetPort = 8080) =>
  aService({ name: 'web', namespace: 'shop', type: 'LoadBalancer', ports: [{ port: 80, targetPort }] })
const nginx = anObject('networking.k8s.io/v1', 'IngressClass', { name: 'nginx', spec: { controller: 'k8s.io/ingress-nginx' } })
const ingress = (tls: readonly object[] = []) =>
  anObject('networking.k8s.io/v1', 'Ingress', {
    name: 'web',
    namespace: 'shop',
    spec: { ingressClassName: 'nginx', tls, defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  })
const anIngress = ({
  name,
  className = 'nginx',
  tls = [],
  host,
  path = '/',
  annotations = {},
}: {
  readonly name: string
  readonly className?: string | null
  readonly tls?: readonly object[]
  readonly host: string
  readonly path?: string
  readonly annotations?: Readonly<Record<string, string>>
}) =>
  anObject('networking.k8s.io/v1', 'Ingress', {
    name,
    namespace: 'shop',
    annotations,
    spec: {
      ...(className === null ? {} : { ingressClassName: className }),
      tls,
      rules: [{ host, http: { paths: [{ path, pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }],
    },
  })
const about = (objects: readonly object[]) => findIn('EX-01', objects).map(({ object, message }) => `${object.ref}: ${message}`)

test('one ready pod behind a public door is a warning', () => {
  expect(findIn('LB-03', [web(1), balanced()])).toMatchObject([
    { message: 'A single pod is behind a door to the outside.', evidence: expect.arrayContaining(['LoadBalancer:shop/web leads to it']) },
  ])
  expect(findIn('LB-03', [web(2), balanced()])).toEqual([])
  expect(findIn('LB-03', [web(1), aService({ name: 'web', namespace: 'shop' })])).toEqual([])
  expect(findIn('LB-03', [web(1), balanced()], { unread: ['/Pod'] })).toEqual([])
  const inside = aService({ name: 'web', namespace: 'shop', ports: [{ port: 80, targetPort: 8080 }] })
  const canary = (weight: string) => {
    const annotations = { 'nginx.ingress.kubernetes.io/canary': 'true', 'nginx.ingress.kubernetes.io/canary-weight': weight }
    return anIngress({ name: 'canary', host: 'a.example.com', annotations })
  }
  expect(findIn('LB-03', [web(1), inside, nginx, canary('10')])).toHaveLength(1)
  expect(findIn('LB-03', [web(1), inside, nginx, canary('0')])).toEqual([])
})

test('two doors to one workload are a warning, however many Ingresses one of them has', () => {
  const tls = ingress([{ hosts: ['shop.example.com'], secretName: 'web' }])
  expect(about([web(2), balanced(), nginx, tls])).toEqual([
    'shop/web[Deployment]: The workload can be reached from outside through 2 doors.',
  ])
  const inside = aService({ name: 'web', namespace: 'shop', ports: [{ port: 80, targetPort: 8080 }] })
  const second = { ...tls, metadata: { name: 'web-2', namespace: 'shop' } }
  expect(about([web(2), inside, nginx, tls, second])).toEqual([])
})

test('entries of one controller are one door, whatever their kinds', () => {
  const inside = aService({ name: 'web', namespace: 'shop', ports: [{ port: 80, targetPort: 8080 }] })
  const traefik = anObject('networking.k8s.io/v1', 'IngressClass', { name: 'edge', spec: { controller: 'traefik.io/ingress-controller' } })
  const route = anObject('traefik.io/v1alpha1', 'IngressRoute', {
    name: 'web',
    namespace: 'shop',
    spec: { tls: {}, routes: [{ match: 'Host(`b.example.com`)', kind: 'Rule', services: [{ name: 'web', port: 80 }] }] },
  })
  const tls = [{ hosts: ['a.example.com'], secretName: 'web' }]
  const of = (className: string | null) => anIngress({ name: 'web', className, tls, host: 'a.example.com' })
  expect(about([web(2), inside, traefik, route, of('edge')])).toEqual([])
  expect(about([web(2), inside, traefik, route, of(null)])).toEqual([])
  expect(about([web(2), inside, route, of(null)])).toEqual([])
  expect(about([web(2), inside, traefik, nginx, route, of('nginx')])).toEqual([
    'shop/web[Deployment]: The workload can be reached from outside through 2 doors.',
  ])
})

test('TLS that another object gives is no missing TLS', () => {
  const inside = aService({ name: 'web', namespace: 'shop', ports: [{ port: 80, targetPort: 8080 }] })
  const withoutTls = (...ingresses: readonly object[]) =>
    findIn('EX-01', [web(2), inside, nginx, ...ingresses]).map(({ object }) => object.name)
  const tls = [{ hosts: ['a.example.com'], secretName: 'web' }]
  const main = anIngress({ name: 'main', tls, host: 'a.example.com' })
  expect(withoutTls(main, anIngress({ name: 'other', host: 'a.example.com', path: '/other' }))).toEqual([])
  expect(withoutTls(main, anIngress({ name: 'other', host: 'b.example.com' }))).toEqual(['other'])
  expect(
    withoutTls(
      anIngress({ name: 'main', className: 'own', tls, host: 'a.example.com' }),
      anIngress({ name: 'canary', className: 'own', host: 'a.example.com', annotations: { 'nginx.ingress.kubernetes.io/canary': 'true' } }),
      anIngress({ name: 'minion', className: 'own', host: 'a.example.com', annotations: { 'nginx.org/mergeable-ingress-type': 'minion' } }),
      anIngress({ name: 'apart', className: 'own', host: 'a.example.com', path: '/apart' }),
    ),
  ).toEqual(['apart'])
})

test.each([
  ['alb', 'alb.ingress.kubernetes.io/certificate-arn', 'arn:aws:acm:eu:1:certificate/x'],
  ['alb', 'alb.ingress.kubernetes.io/listen-ports', '[{"HTTP": 80}, {"HTTPS": 443}]'],
  ['gce', 'networking.gke.io/managed-certificates', 'web'],
  ['gce', 'ingress.gcp.kubernetes.io/pre-shared-cert', 'web'],
  ['traefik', 'traefik.ingress.kubernetes.io/router.tls', 'true'],
])('TLS by annotation of %s: %s', (className, name, value) => {
  const inside = aService({ name: 'web', namespace: 'shop', ports: [{ port: 80, targetPort: 8080 }] })
  const group = { 'alb.ingress.kubernetes.io/group.name': 'edge' }
  const annotated = anIngress({ name: 'web', className, host: 'a.example.com', annotations: { [name]: value, ...group } })
  expect(about([web(2), inside, annotated])).toEqual([])
  const grouped = anIngress({ name: 'grouped', className, host: 'b.example.com', annotations: group })
  expect(about([web(2), inside, annotated, grouped])).toEqual([])
  expect(about([web(2), inside, grouped])).toHaveLength(1)
})

test('administration behind a door, and an entry without TLS, are warnings', () => {
  expect(about([web(2, 15000), balanced(15000)])).toEqual([
    'shop/web[Deployment]: Port 15000, where the administration of an Envoy proxy listens, can be reached from outside.',
  ])
  const inside = aService({ name: 'web', namespace: 'shop', ports: [{ port: 80, targetPort: 8080 }] })
  expect(about([web(2), inside, nginx, ingress()])).toEqual([
    'Ingress:shop/web: The Ingress has no TLS: what goes through it can be read and changed on the way.',
  ])
  const host = aPod({ name: 'kubelet', hostNetwork: true, ports: [{ containerPort: 10250 }] })
  expect(about([host])).toEqual([])
})

test('a cluster that somebody watches without a flow source shows declared things only', () => {
  const objects = [aNode(), aPod()]
  expect(findIn('MO-01', objects, { now: NOON })).toMatchObject([{ severity: 'info', object: { kind: 'Cluster' } }])
  expect(findIn('MO-01', objects, { now: NOON, traffic: { edges: [], from: 0, to: 1, lookups: [] } })).toEqual([])
  expect(findIn('MO-01', objects)).toEqual([])
})
