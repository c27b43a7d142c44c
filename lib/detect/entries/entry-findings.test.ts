import { expect, test } from 'vitest'
import { aDeployment, aNode, anObject, aPod, aService } from '../../model/testing/objects'
import { created, NOON } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const web = [aService({ name: 'web', namespace: 'shop' }), aDeployment({ name: 'web', namespace: 'shop' })]
const ingressClass = (controller = 'haproxy-ingress.github.io/controller') =>
  anObject('networking.k8s.io/v1', 'IngressClass', { name: 'main', spec: { controller } })
const ingress = (service: string, more: object = {}, name = 'in') =>
  anObject('networking.k8s.io/v1', 'Ingress', {
    name,
    namespace: 'shop',
    spec: {
      ingressClassName: 'main',
      rules: [
        {
          host: 'web.example',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }] },
        },
      ],
      ...more,
    },
  })
const brief = (findings: ReturnType<typeof findIn>) =>
  findings.map(({ severity, object, field, message }) => `${severity} ${object.ref} ${field}: ${message}`)

test('a backend that is missing, has no such port or nobody ready is found at its path, and is gone with its cause', () => {
  expect(brief(findIn('IN-01', [ingressClass(), ingress('gone')]))).toEqual([
    'error Ingress:shop/in spec.rules[0].http.paths[0].backend: Service shop/gone does not exist.',
  ])
  expect(findIn('IN-01', [ingressClass(), ingress('gone')], { unread: ['/Service'] })).toEqual([])
  expect(
    findIn('IN-02', [aService({ name: 'web', namespace: 'shop', ports: [{ port: 81 }] }), ingressClass(), ingress('web')]),
  ).toHaveLength(1)
  expect(findIn('IN-03', [aService({ name: 'web', namespace: 'shop' }), ingressClass(), ingress('web')])).toHaveLength(1)
  for (const id of ['IN-01', 'IN-02', 'IN-03', 'IN-05', 'IN-06', 'IN-07'] as const) {
    expect(findIn(id, [...web, ingressClass(), ingress('web')])).toEqual([])
  }
})

test('the winner of two Ingresses is named where the controller defines it, and load balancers of their own do not meet', () => {
  const two = (controller: string) => [
    ...web,
    ingressClass(controller),
    created(ingress('web'), '2026-01-02T00:00:00Z'),
    created(ingress('web', {}, 'older'), '2026-01-01T00:00:00Z'),
  ]
  expect(findIn('IN-05', two('haproxy'))[0]?.message).toBe(
    'web.example/ is also claimed by shop/older; HAProxy keeps the oldest, which is shop/older.',
  )
  expect(findIn('IN-05', two('ingress.k8s.aws/alb'))).toEqual([])
})

test('an Ingress waits five minutes for its address, and a class needs pods of its controller where all pods are known', () => {
  const objects = [...web, aNode(), ingressClass(), created(ingress('web'), '2026-11-22T11:50:00Z')]
  expect(findIn('IN-07', objects, { now: NOON })).toHaveLength(1)
  expect(findIn('IN-07', objects, { now: NOON - 9 * 60_000 })).toEqual([])
  expect(findIn('IN-06', objects)).toHaveLength(1)
  expect(findIn('IN-06', objects, { unread: ['/Pod'] })).toEqual([])
  expect(findIn('IN-06', [...objects, aDeployment({ name: 'proxy', podLabels: { app: 'haproxy-ingress' } })])).toEqual([])
})

test('a retired controller is told once, at its class', () => {
  const findings = findIn('IN-07', [...web, ingressClass('k8s.io/ingress-nginx'), ingress('web'), ingress('web', {}, 'two')])
  expect(findings.map(({ object }) => object.ref)).toEqual(['IngressClass:main'])
})

test('TLS hosts without a rule and rules without TLS are told apart', () => {
  const tls = [{ hosts: ['other.example'], secretName: 'cert' }]
  expect(brief(findIn('IN-07', [...web, ingressClass(), ingress('web', { tls })]))).toEqual([
    'warning Ingress:shop/in spec.rules[0]: web.example has a rule and no TLS, other hosts of the Ingress have it.',
    'warning Ingress:shop/in spec.tls[0].hosts: TLS is set up for other.example, which no rule is about.',
  ])
})

test('secrets that were not listed are not missing', () => {
  const objects = [...web, aNode(), ingressClass(), ingress('web', { tls: [{ hosts: ['web.example'], secretName: 'cert' }] })]
  expect(findIn('IN-04', objects).map(({ severity }) => severity)).toEqual(['error'])
  expect(findIn('IN-04', objects, { unread: ['/Secret'] })).toEqual([])
  expect(findIn('IN-04', objects, { source: 'live' })).toEqual([])
  const wrong = anObject('v1', 'Secret', { name: 'cert', namespace: 'shop', extra: { type: 'kubernetes.io/dockerconfigjson' } })
  expect(findIn('IN-04', [...objects, wrong])[0]?.message).toContain('holds no certificate')
})

const route = (spec: object, more: object = {}) =>
  anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', {
    name: 'web',
    namespace: 'shop',
    spec: { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }], ...spec },
    extra: more,
  })
const gateway = (listener: object = {}, more: object = {}) =>
  anObject('gateway.networking.k8s.io/v1', 'Gateway', {
    name: 'gw',
    namespace: 'shop',
    spec: { gatewayClassName: 'main', listeners: [{ name: 'http', port: 80, protocol: 'HTTP', ...listener }] },
    extra: more,
  })

test('routes without a parent, hosts in common, weight or a grant have detectors of their own', () => {
  expect(findIn('GW-01', [aNode(), ...web, route({})])).toHaveLength(1)
  expect(findIn('GW-01', [aNode(), ...web, route({})], { unread: ['gateway.networking.k8s.io/Gateway'] })).toEqual([])
  expect(findIn('GW-07', [...web, gateway({ hostname: 'a.example' }), route({ hostnames: ['b.example'] })])).toHaveLength(1)
  expect(findIn('GW-08', [gateway()])).toHaveLength(1)
  expect(findIn('GW-09', [...web, gateway(), route({ rules: [{ backendRefs: [{ name: 'web', port: 80, weight: 0 }] }] })])).toHaveLength(1)
  const far = [aService({ name: 'far', namespace: 'b' }), aDeployment({ name: 'far', namespace: 'b' })]
  expect(
    findIn('GW-04', [...far, gateway(), route({ rules: [{ backendRefs: [{ name: 'far', namespace: 'b', port: 80 }] }] })]),
  ).toHaveLength(1)
  for (const id of ['GW-01', 'GW-02', 'GW-03', 'GW-04', 'GW-05', 'GW-06', 'GW-07', 'GW-08', 'GW-09', 'GW-10'] as const) {
    expect(findIn(id, [...web, gateway(), route({})])).toEqual([])
  }
})

test('what a controller says of a listener counts before our reading, as long as it is about the present generation', () => {
  const status = (observedGeneration: number) => ({
    status: {
      listeners: [
        {
          name: 'http',
          attachedRoutes: 1,
          conditions: [{ type: 'ResolvedRefs', status: 'False', reason: 'InvalidCertificateRef', observedGeneration }],
        },
      ],
    },
  })
  const at = (generation: number) => {
    const object = gateway({}, status(2)) as { metadata: object }
    return { ...object, metadata: { ...object.metadata, generation } }
  }
  expect(findIn('GW-05', [...web, at(2), route({})])[0]?.message).toContain('InvalidCertificateRef')
  expect(findIn('GW-05', [...web, at(3), route({})])).toEqual([])
})

test('aliases in a circle, of nobody, and of an address', () => {
  const alias = (name: string, externalName: string) =>
    aService({ name, namespace: 'shop', type: 'ExternalName', selector: null, spec: { externalName } })
  expect(findIn('SV-06', [alias('a', 'b.shop.svc.cluster.local'), alias('b', 'a.shop.svc.cluster.local')])).toHaveLength(2)
  expect(findIn('SV-06', [alias('a', 'gone.shop.svc.cluster.local')]).map(({ severity }) => severity)).toEqual(['error'])
  expect(findIn('SV-06', [alias('a', '10.0.0.1')]).map(({ severity }) => severity)).toEqual(['warning'])
  expect(findIn('SV-06', [alias('a', 'api.example.com'), ...web, alias('b', 'web.shop.svc.cluster.local')])).toEqual([])

  const client = (url: string) => {
    const containers = [{ name: 'app', image: 'client', env: [{ name: 'PAY_URL', value: url }] }]
    return aPod({ name: 'client', namespace: 'shop', spec: { containers } })
  }
  const [found] = findIn('SV-06', [alias('pay', 'api.example.com'), client('https://pay.shop/v1')])
  expect([found?.severity, found?.message]).toEqual([
    'warning',
    'Clients call it by HTTPS under a name that the certificate of api.example.com is not for.',
  ])
  expect(found?.evidence).toEqual(['shop/client[Pod]: variable PAY_URL of container app: https://pay.shop'])
  for (const url of ['http://pay.shop/v1', 'https://api.example.com/v1', 'pay.shop:443']) {
    expect(findIn('SV-06', [alias('pay', 'api.example.com'), client(url)])).toEqual([])
  }
  expect(findIn('SV-06', [...web, alias('inner', 'web.shop.svc.cluster.local'), client('https://inner')])).toEqual([])
})

test('a VirtualService that names no Gateway, host or subset that exists', () => {
  const spec = { hosts: ['web', 'gone'], gateways: ['mesh', 'gw'], http: [{ route: [{ destination: { host: 'web', subset: 'v9' } }] }] }
  const virtualService = anObject('networking.istio.io/v1', 'VirtualService', { name: 'web', namespace: 'shop', spec })
  expect(findIn('MS-04', [aNode(), ...web, virtualService]).map(({ field }) => field)).toEqual([
    'spec.gateways[1]',
    'spec.hosts[1]',
    'spec.http[0].route[0].destination.subset',
  ])
  const unread = ['networking.istio.io/Gateway', 'networking.istio.io/DestinationRule', '/Service']
  expect(findIn('MS-04', [aNode(), ...web, virtualService], { unread })).toEqual([])
})

test('a Service that a mesh sends on to others needs no pods of its own', () => {
  const apex = aService({ name: 'apex', namespace: 'shop', selector: { app: 'apex' } })
  const split = anObject('split.smi-spec.io/v1alpha1', 'TrafficSplit', {
    name: 'split',
    namespace: 'shop',
    spec: { service: 'apex', backends: [{ service: 'web', weight: '500m' }] },
  })
  expect(findIn('IN-03', [...web, apex, ingressClass(), ingress('apex')])).toHaveLength(1)
  expect(findIn('IN-03', [...web, apex, split, ingressClass(), ingress('apex')])).toEqual([])
})

test('a name outside gets the host of the entry, unless it is rewritten, and plain text on the port of TLS', () => {
  const alias = aService({ name: 'web', namespace: 'shop', spec: { type: 'ExternalName', externalName: 'api.other.com' } })
  const nginx = ingressClass('k8s.io/ingress-nginx')
  const at = (port: number, annotations: Readonly<Record<string, string>> = {}, host = 'web.example') => {
    const rules = [
      { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: port } } } }] } },
    ]
    return anObject('networking.k8s.io/v1', 'Ingress', {
      name: 'in',
      namespace: 'shop',
      annotations,
      spec: { ingressClassName: 'main', rules },
    })
  }
  const host = 'warning svc:shop/web spec.externalName: Requests arrive at api.other.com with the host of the entry, which it may not know.'
  const plain = 'warning svc:shop/web spec.externalName: Requests are sent to port 443 of api.other.com in plain text.'
  const vhost = { 'nginx.ingress.kubernetes.io/upstream-vhost': 'api.other.com' }
  const https = { 'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS' }
  expect(brief(findIn('SV-06', [alias, nginx, at(80)]))).toEqual([host])
  expect(brief(findIn('SV-06', [alias, nginx, at(443)]))).toEqual([plain, host])
  expect(brief(findIn('SV-06', [alias, nginx, at(443, { ...vhost, ...https })]))).toEqual([])
  expect(brief(findIn('SV-06', [alias, nginx, at(80, {}, 'api.other.com')]))).toEqual([])
  expect(findIn('SV-06', [alias, ingressClass('traefik.io/ingress-controller'), at(443, vhost)])).toEqual([])
  expect(findIn('SV-06', [...web, nginx, at(443)])).toEqual([])
})

test('two default classes are a warning at each, one is none', () => {
  const aDefault = (name: string) =>
    anObject('networking.k8s.io/v1', 'IngressClass', {
      name,
      annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
      spec: { controller: 'haproxy' },
    })
  expect(findIn('IN-06', [aDefault('a')])).toEqual([])
  expect(findIn('IN-06', [aDefault('a'), aDefault('b')])).toMatchObject([
    { severity: 'warning', object: { name: 'a' } },
    { severity: 'warning', object: { name: 'b' } },
  ])
})

test('a Gateway of a class that nobody has is only declared, in a running cluster too', () => {
  const gateway = anObject('gateway.networking.k8s.io/v1', 'Gateway', {
    name: 'gw',
    namespace: 'shop',
    spec: { gatewayClassName: 'gone', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  })
  expect(findIn('GW-10', [gateway], { source: 'live' })).toMatchObject([{ severity: 'info' }])
})
