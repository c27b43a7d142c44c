import { expect, test } from 'vitest'
import type { Door } from '../door'
import { leadsNowhere } from '../door'
import { resolveDoors } from '../resolve-doors'
import { aCluster, type ClusterTestOptions } from '../testing/a-cluster'
import { aDeployment, anObject, aPod, aService } from '../testing/objects'
import { istioHost } from './istio-hosts'

const shop = (name: string, namespace = 'shop') => [aService({ name, namespace }), aDeployment({ name, namespace })]
const inShop = (apiVersion: string, kind: string, name: string, spec: object, extra: object = {}) =>
  anObject(apiVersion, kind, { name, namespace: 'shop', spec, extra })

function doorOf(objects: readonly object[], id: string, options: ClusterTestOptions = {}): Door {
  const door = resolveDoors(aCluster(objects, options)).find((candidate) => candidate.id === id)
  if (door === undefined) throw new Error(`no door ${id}`)
  return door
}

const codes = (door: Door) => door.problems.map(({ code }) => code)
const lines = (door: Door) =>
  door.targets.map((target) => {
    if (target.kind === 'workload') return target.workload
    const end = target.kind === 'service' ? `${target.service}:${target.port}` : target.kind === 'answer' ? target.text : target.name
    const facts = [target.role, String(target.weight), target.note, target.works ? '' : 'dead'].filter((fact) => fact !== '')
    return `${target.host ?? '*'}${target.path ?? ''} → ${end} (${facts.join(', ')})`
  })

const ingressRoute = (services: readonly object[], more: object = {}) =>
  inShop('traefik.io/v1alpha1', 'IngressRoute', 'in', {
    entryPoints: ['websecure'],
    routes: [{ match: 'Host(`a.example`) && PathPrefix(`/x`)', services, ...more }],
  })
const traefikService = (name: string, spec: object) => inShop('traefik.io/v1alpha1', 'TraefikService', name, spec)

test('an IngressRoute leads through TraefikServices to Services, with their shares', () => {
  const split = traefikService('split', {
    weighted: {
      services: [
        { name: 'web', port: 80, weight: 3 },
        { name: 'copies', kind: 'TraefikService' },
      ],
    },
  })
  const copies = traefikService('copies', { mirroring: { name: 'api', port: 80, mirrors: [{ name: 'web', port: 80, percent: 20 }] } })
  const door = doorOf(
    [...shop('web'), ...shop('api'), split, copies, ingressRoute([{ name: 'split', kind: 'TraefikService' }])],
    'IngressRoute:shop/in',
  )
  expect(lines(door)).toEqual([
    'a.example/x → svc:shop/web:80 (backend, 3, through split (weighted))',
    'a.example/x → svc:shop/api:80 (backend, 1, through split (weighted) → copies (mirroring))',
    'a.example/x → svc:shop/web:80 (mirror, 20, through split (weighted) → copies (mirroring))',
  ])
  expect(door).toMatchObject({ ports: [{ port: 443 }], hosts: ['a.example'], problems: [], standing: { by: 'prediction' } })
})

test('TraefikServices that lead back to themselves are a loop, and lead nowhere', () => {
  const back = (name: string, to: string) => traefikService(name, { weighted: { services: [{ name: to, kind: 'TraefikService' }] } })
  const door = doorOf([back('a', 'b'), back('b', 'a'), ingressRoute([{ name: 'a', kind: 'TraefikService' }])], 'IngressRoute:shop/in')
  expect(door.problems.map(({ message }) => message)).toEqual(['TraefikServices lead back to themselves: shop/a → shop/b → shop/a'])
  expect(leadsNowhere(door)).toBe(true)
})

test('a TraefikService out of reach, or with weight 0, leads nothing on to what it names', () => {
  const inner = (namespace: string, weight: number) => [
    anObject('traefik.io/v1alpha1', 'TraefikService', {
      name: 'inner',
      namespace,
      spec: { weighted: { services: [{ name: 'web', port: 80 }] } },
    }),
    traefikService('outer', { weighted: { services: [{ name: 'inner', namespace, kind: 'TraefikService', weight }] } }),
    ingressRoute([{ name: 'outer', kind: 'TraefikService' }]),
  ]
  const traefik = aPod({
    name: 'traefik',
    spec: { containers: [{ name: 'traefik', image: 'traefik:v3', args: ['--providers.kubernetescrd'] }] },
  })
  const works = (objects: readonly object[]) =>
    doorOf([...objects, traefik], 'IngressRoute:shop/in').targets.map((target) => target.kind !== 'workload' && target.works)
  expect(works([...shop('web'), ...inner('shop', 1)])).toEqual([true])
  expect(works([...shop('web', 'far'), ...inner('far', 1)])).toEqual([false])
  expect(works([...shop('web'), ...inner('shop', 0)])).toEqual([false])
})

test('objects that name each other twice, many deep, cost no more than what is followed', () => {
  const names = Array.from({ length: 20 }, (_, index) => `s${index}`)
  const next = (index: number) => names[index + 1] ?? 'end'
  const services = names.map((name, index) => {
    const part = { name: next(index), kind: 'TraefikService' }
    return traefikService(name, { weighted: { services: [part, part, part] } })
  })
  const chains = Array.from({ length: 40 }, (_, index) =>
    inShop('traefik.io/v1alpha1', 'Middleware', `m${index}`, {
      chain: { middlewares: [{ name: `m${index + 1}` }, { name: `m${index + 1}` }] },
    }),
  )
  const route = ingressRoute([{ name: 's0', kind: 'TraefikService' }], { middlewares: [{ name: 'm0' }] })
  const door = doorOf([...services, ...chains, route], 'IngressRoute:shop/in')
  expect(door.facts).toContainEqual({ name: 'references that are not followed', value: 'all beyond 5000' })
  expect(door.problems.map(({ message }) => message)).toContain('Middleware shop/m40 does not exist')

  const proxies = names.map((name, index) =>
    inShop('projectcontour.io/v1', 'HTTPProxy', name, {
      ...(index === 0 ? { virtualhost: { fqdn: 'a.example' } } : {}),
      includes: [{ name: next(index) }, { name: next(index) }, { name: next(index) }],
    }),
  )
  expect(doorOf(proxies, 'HTTPProxy:shop/s0').facts).toContainEqual({
    name: 'references that are not followed',
    value: 'all beyond 5000',
  })
})

test('what Traefik has built in is not missing; what is missing is named', () => {
  expect(codes(doorOf([ingressRoute([{ name: 'api@internal', kind: 'TraefikService' }])], 'IngressRoute:shop/in'))).toEqual([])
  const door = doorOf(
    [...shop('web'), ingressRoute([{ name: 'web', port: 80 }], { middlewares: [{ name: 'auth' }, { name: 'strip@file' }] })],
    'IngressRoute:shop/in',
  )
  expect(door.problems.map(({ message }) => message)).toEqual(['Middleware shop/auth does not exist'])
  const unread = { unread: ['traefik.io/Middleware', '/Service'] }
  expect(
    codes(doorOf([ingressRoute([{ name: 'web', port: 80 }], { middlewares: [{ name: 'auth' }] })], 'IngressRoute:shop/in', unread)),
  ).toEqual([])
})

test('another namespace is in reach when the flags of Traefik allow it, out of reach when they do not, else nobody can tell', () => {
  const far = [...shop('web', 'far'), ingressRoute([{ name: 'web', namespace: 'far', port: 80 }])]
  const traefik = (...args: string[]) =>
    aPod({
      name: 'traefik',
      spec: { containers: [{ name: 'traefik', image: 'traefik:v3', args: ['--providers.kubernetescrd', ...args] }] },
    })
  const severities = (objects: readonly object[]) => doorOf(objects, 'IngressRoute:shop/in').problems.map(({ severity }) => severity)
  expect(severities(far)).toEqual(['info'])
  expect(severities([...far, traefik()])).toEqual(['error'])
  expect(severities([...far, traefik('--providers.kubernetescrd.allowCrossNamespace=true')])).toEqual([])
})

test('a Route of OpenShift follows its weights and the port of the pods, and takes the word of its router', () => {
  const web = [
    aService({ name: 'web', namespace: 'shop', ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
    aDeployment({ name: 'web', namespace: 'shop' }),
  ]
  const spec = {
    host: 'web.example',
    to: { kind: 'Service', name: 'web', weight: 90 },
    alternateBackends: [{ kind: 'Service', name: 'next', weight: 0 }],
    port: { targetPort: 8080 },
    tls: { termination: 'edge' },
  }
  const next = [
    aService({ name: 'next', namespace: 'shop', ports: [{ port: 80, targetPort: 8080 }] }),
    aDeployment({ name: 'next', namespace: 'shop' }),
  ]
  const door = doorOf([...web, ...next, inShop('route.openshift.io/v1', 'Route', 'web', spec)], 'Route:shop/web')
  expect(lines(door)).toEqual(['web.example → svc:shop/web:80 (backend, 90)', 'web.example → svc:shop/next:80 (backend, 0, dead)'])
  expect(door.problems).toEqual([])
  const refused = {
    status: { ingress: [{ routerName: 'default', conditions: [{ type: 'Admitted', status: 'False', reason: 'HostAlreadyClaimed' }] }] },
  }
  const closed = doorOf(
    [...web, inShop('route.openshift.io/v1', 'Route', 'web', { ...spec, alternateBackends: [] }, refused)],
    'Route:shop/web',
  )
  expect([closed.standing, codes(closed)]).toEqual([{ by: 'status', isOpen: false, text: 'default: not admitted' }, ['not-accepted']])
  expect(leadsNowhere(closed)).toBe(true)
})

test('a VirtualServer hands paths over to other namespaces', () => {
  const server = inShop('k8s.nginx.org/v1', 'VirtualServer', 'web', {
    host: 'web.example',
    upstreams: [{ name: 'web', service: 'web', port: 80 }],
    routes: [
      {
        path: '/',
        splits: [
          { weight: 90, action: { pass: 'web' } },
          { weight: 10, action: { return: { body: 'no' } } },
        ],
      },
      { path: '/tea', route: 'tea/routes' },
      { path: '/gone', route: 'nowhere' },
      { path: '/lost', action: { pass: 'unknown' } },
    ],
  })
  const tea = anObject('k8s.nginx.org/v1', 'VirtualServerRoute', {
    name: 'routes',
    namespace: 'tea',
    spec: {
      host: 'web.example',
      upstreams: [{ name: 'tea', service: 'tea', port: 80 }],
      subroutes: [{ path: '/tea/green', action: { pass: 'tea' } }],
    },
  })
  const door = doorOf([...shop('web'), ...shop('tea', 'tea'), server, tea], 'VirtualServer:shop/web')
  expect(lines(door)).toEqual([
    'web.example/ → svc:shop/web:80 (backend, 90)',
    'web.example/ → a fixed answer (backend, 10)',
    'web.example/tea/green → svc:tea/tea:80 (backend, 1)',
    'web.example/lost → unknown (backend, 1, dead)',
  ])
  expect(door.problems.map(({ message }) => message)).toEqual([
    'VirtualServerRoute shop/nowhere does not exist',
    'there is no upstream unknown',
  ])
})

test('an HTTPProxy includes others below its prefix, and not itself', () => {
  const root = inShop('projectcontour.io/v1', 'HTTPProxy', 'root', {
    virtualhost: { fqdn: 'web.example', tls: { secretName: 'cert' } },
    routes: [
      {
        conditions: [{ prefix: '/' }],
        services: [
          { name: 'web', port: 80 },
          { name: 'copy', port: 80, mirror: true },
        ],
      },
    ],
    includes: [{ name: 'api', namespace: 'api', conditions: [{ prefix: '/api' }] }, { name: 'root' }],
  })
  const api = anObject('projectcontour.io/v1', 'HTTPProxy', {
    name: 'api',
    namespace: 'api',
    spec: {
      routes: [
        {
          conditions: [{ prefix: '/v1' }],
          services: [
            { name: 'api', port: 80, weight: 0 },
            { name: 'next', port: 80, weight: 5 },
          ],
        },
      ],
    },
  })
  const door = doorOf([...shop('web'), ...shop('copy'), ...shop('api', 'api'), ...shop('next', 'api'), root, api], 'HTTPProxy:shop/root')
  expect(lines(door)).toEqual([
    'web.example/ → svc:shop/web:80 (backend, 1)',
    'web.example/ → svc:shop/copy:80 (mirror, 1)',
    'web.example/api/v1 → svc:api/api:80 (backend, 0, dead)',
    'web.example/api/v1 → svc:api/next:80 (backend, 5)',
  ])
  expect(codes(door)).toEqual(['loop', 'secret-missing'])
})

const istioGateway = (hosts: readonly string[] = ['*'], name = 'gw') =>
  inShop('networking.istio.io/v1', 'Gateway', name, {
    selector: { istio: 'ingressgateway' },
    servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts }],
  })
const proxy = aDeployment({ name: 'ingress', namespace: 'istio-system', podLabels: { istio: 'ingressgateway' } })
const virtualService = (http: readonly object[], more: object = {}) =>
  inShop('networking.istio.io/v1', 'VirtualService', 'web', { hosts: ['web.example'], gateways: ['gw'], http, ...more })

test('a Gateway of Istio leads where the VirtualServices that name it say, subset by subset', () => {
  const rule = inShop('networking.istio.io/v1', 'DestinationRule', 'web', {
    host: 'web',
    subsets: [
      { name: 'v1', labels: { app: 'web' } },
      { name: 'v2', labels: { version: 'v2' } },
    ],
  })
  const to = (subset: string, weight: number) => ({ destination: { host: 'web', subset, port: { number: 80 } }, weight })
  const door = doorOf(
    [
      ...shop('web'),
      rule,
      proxy,
      istioGateway(),
      virtualService([{ match: [{ uri: { prefix: '/a' } }], route: [to('v1', 80), to('v2', 15), to('v3', 5)] }]),
    ],
    'IstioGateway:shop/gw',
  )
  expect(lines(door)).toEqual([
    'web.example/a → svc:shop/web:80 (backend, 80, subset v1)',
    'web.example/a → svc:shop/web:80 (backend, 15, subset v2, dead)',
    'web.example/a → svc:shop/web:80 (backend, 5, subset v3, dead)',
  ])
  expect(door.problems.map(({ message }) => message)).toEqual([
    'VirtualService shop/web sends requests to the subset v2 of Service shop/web, which no pod is in',
    'VirtualService shop/web sends requests to the subset v3 of Service shop/web, which no DestinationRule defines',
  ])
})

test('a Gateway of Istio needs proxies, hosts in common, and destinations that exist', () => {
  const route = [{ route: [{ destination: { host: 'gone' } }] }]
  expect(codes(doorOf([istioGateway(['other.example']), virtualService(route)], 'IstioGateway:shop/gw'))).toEqual([
    'gateway-without-pods',
    'no-routes',
  ])
  expect(codes(doorOf([proxy, istioGateway(), virtualService(route)], 'IstioGateway:shop/gw'))).toEqual(['destination-missing'])
  expect(codes(doorOf([istioGateway(), virtualService(route)], 'IstioGateway:shop/gw', { unread: ['/Pod', '/Service'] }))).toEqual([])
})

test('a Gateway of Istio that leads out of the cluster is no way in', () => {
  const out = inShop('networking.istio.io/v1', 'Gateway', 'out', { selector: { istio: 'egressgateway' }, servers: [] })
  expect(resolveDoors(aCluster([out]))).toEqual([])
})

test('a full name of a VirtualService ends in the zone of the cluster, or is a name outside', () => {
  const zone = anObject('v1', 'ConfigMap', {
    name: 'coredns',
    namespace: 'kube-system',
    extra: { data: { Corefile: '.:53 {\n  kubernetes corp.example in-addr.arpa\n}\n' } },
  })
  const hostOf = (host: string, ...more: object[]) => {
    const cluster = aCluster([...shop('web'), ...more])
    return istioHost(cluster, host, 'shop').kind
  }
  expect(hostOf('web.shop.svc.corp.example', zone)).toBe('service')
  expect(hostOf('gone.shop.svc.corp.example', zone)).toBe('missing')
  expect(hostOf('web.shop.svc.other.example', zone)).toBe('undeclared')
  expect(hostOf('web', zone)).toBe('service')
  expect(hostOf('web.shop.svc.corp.example')).toBe('service')
  expect(hostOf('gone.shop.svc.corp.example')).toBe('undeclared')
})
