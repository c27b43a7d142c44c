import { expect, test } from 'vitest'
import type { Door } from './door'
import { resolveDoors } from './resolve-doors'
import { aCluster } from './testing/a-cluster'
import { aDeployment, aNamespace, anObject, aPod, aService, aWorkload } from './testing/objects'

const web = [aService({ name: 'web', ports: [{ name: 'http', port: 80, targetPort: 8080 }] }), aDeployment({ name: 'web' })]

function doorOf(objects: readonly object[], id: string): Door {
  const door = resolveDoors(aCluster(objects)).find((candidate) => candidate.id === id)
  if (door === undefined) throw new Error(`no door ${id}`)
  return door
}

const codes = (door: Door) => door.problems.map((problem) => problem.code)

const ingress = (spec: object, annotations: Record<string, string> = {}, name = 'in') =>
  anObject('networking.k8s.io/v1', 'Ingress', { name, annotations: { 'kubernetes.io/ingress.class': 'nginx', ...annotations }, spec })
const toService = (service: string, port: object = { number: 80 }, host = 'shop.example', path = '/') => ({
  rules: [{ host, http: { paths: [{ path, pathType: 'Prefix', backend: { service: { name: service, port } } }] } }],
})

test('an Ingress leads to its Services by port number or name', () => {
  for (const port of [{ number: 80 }, { name: 'http' }]) {
    const door = doorOf([...web, ingress(toService('web', port))], 'Ingress:default/in')
    expect(door.targets).toMatchObject([{ service: 'svc:default/web', port: 80, host: 'shop.example', path: '/', works: true }])
    expect(door.problems).toEqual([])
  }
})

test('a missing Service, a missing port and a Service without ready endpoints are told apart', () => {
  expect(codes(doorOf([ingress(toService('gone'))], 'Ingress:default/in'))).toEqual(['service-missing'])
  expect(codes(doorOf([...web, ingress(toService('web', { number: 81 }))], 'Ingress:default/in'))).toEqual(['port-missing'])
  expect(codes(doorOf([aService({ name: 'web' }), ingress(toService('web'))], 'Ingress:default/in'))).toEqual(['no-ready-endpoints'])
})

test('a named target port that no endpoint has leads nowhere', () => {
  const named = [aService({ name: 'web', ports: [{ port: 80, targetPort: 'http' }] }), aDeployment({ name: 'web' })]
  const door = doorOf([...named, ingress(toService('web'))], 'Ingress:default/in')
  expect(door.problems[0]?.message).toContain('has the port "http"')
})

test('a canary takes its share of the requests, and all of those with its header', () => {
  const next = [aService({ name: 'next' }), aDeployment({ name: 'next' })]
  const share = (annotations: Readonly<Record<string, string>>) => {
    const all = { 'nginx.ingress.kubernetes.io/canary': 'true', ...annotations }
    const target = doorOf([...next, ingress(toService('next'), all, 'next')], 'Ingress:default/next').targets[0]
    return target === undefined || target.kind === 'workload' ? null : [target.role, target.weight, target.note]
  }
  const nginx = (name: string) => `nginx.ingress.kubernetes.io/canary-${name}`
  expect(share({ [nginx('weight')]: '10' })).toEqual(['canary', 10, ''])
  expect(share({ [nginx('weight')]: '1', [nginx('weight-total')]: '4' })).toEqual(['canary', 25, ''])
  expect(share({ [nginx('by-header')]: 'X-Next' })).toEqual(['canary', 100, 'for X-Next'])
  expect(share({ [nginx('by-header')]: 'X-Next', [nginx('weight')]: '5' })).toEqual(['canary', 5, 'for X-Next'])
  expect(share({})).toEqual(['canary', 0, ''])
})

test('an alias behind an Ingress says what it stands for', () => {
  const alias = aService({ name: 'api', type: 'ExternalName', selector: null, ports: [], spec: { externalName: 'api.example.com' } })
  const target = doorOf([alias, ingress(toService('api'))], 'Ingress:default/in').targets[0]
  expect(target).toMatchObject({ kind: 'service', note: 'an alias of api.example.com', works: true })
})

test('two Ingresses that claim one path conflict, a canary does not', () => {
  const conflict = doorOf([...web, ingress(toService('web')), ingress(toService('web'), {}, 'other')], 'Ingress:default/in')
  expect(codes(conflict)).toEqual(['rule-conflict'])
  const canary = { 'nginx.ingress.kubernetes.io/canary': 'true', 'nginx.ingress.kubernetes.io/canary-weight': '10' }
  const objects = [...web, ingress(toService('web')), ingress(toService('web'), canary, 'next')]
  expect(codes(doorOf(objects, 'Ingress:default/in'))).toEqual([])
  expect(doorOf(objects, 'Ingress:default/next').facts).toContainEqual({ name: 'canary-weight', value: '10' })
})

test('the class of an Ingress is the one it names, else the newest default', () => {
  const ingressClass = (name: string, createdAt: string) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name, creationTimestamp: createdAt, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
    spec: { controller: 'example.com/c' },
  })
  const bare = anObject('networking.k8s.io/v1', 'Ingress', { name: 'in', spec: toService('web') })
  expect(codes(doorOf([...web, bare], 'Ingress:default/in'))).toEqual(['class-missing'])
  const both = doorOf(
    [...web, bare, ingressClass('old', '2024-01-01T00:00:00Z'), ingressClass('new', '2025-01-01T00:00:00Z')],
    'Ingress:default/in',
  )
  expect([both.className, codes(both)]).toEqual(['new', ['class-ambiguous']])
  const named = anObject('networking.k8s.io/v1', 'Ingress', { name: 'in', spec: { ingressClassName: 'nowhere', ...toService('web') } })
  expect(codes(doorOf([...web, named], 'Ingress:default/in'))).toEqual(['class-missing'])
})

test('TLS is known per host, and a secret that is not there is named', () => {
  const door = doorOf(
    [...web, ingress({ ...toService('web', { number: 80 }, 'a.shop.example'), tls: [{ hosts: ['*.shop.example'], secretName: 'cert' }] })],
    'Ingress:default/in',
  )
  expect(door.targets[0]).toMatchObject({ tls: true })
  expect(door.problems[0]?.message).toBe('TLS secret default/cert is not there')
})

test('old Ingress versions are read, with a warning', () => {
  const old = {
    ...anObject('extensions/v1beta1', 'Ingress', { name: 'in', annotations: { 'kubernetes.io/ingress.class': 'nginx' } }),
    spec: {
      backend: { serviceName: 'web', servicePort: 'http' },
      rules: [{ http: { paths: [{ path: '/x', backend: { serviceName: 'web', servicePort: 80 } }] } }],
    },
  }
  expect(doorOf([...web, old], 'Ingress:default/in').targets).toMatchObject([
    { port: 80, path: '/x' },
    { port: 80, path: null },
  ])
  expect(aCluster([old]).problems[0]).toMatchObject({ severity: 'warning' })
})

test('Services open doors by type: load balancer, node port, external address', () => {
  const objects = [
    aDeployment({ name: 'web' }),
    aService({
      name: 'lb',
      type: 'LoadBalancer',
      selector: { app: 'web' },
      loadBalancerIps: ['203.0.113.5'],
      spec: { externalTrafficPolicy: 'Local' },
    }),
    { ...aService({ type: 'LoadBalancer', selector: { app: 'web' } }), metadata: { name: 'waiting', uid: 'u' } },
    aService({ name: 'np', type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30001 }] }),
    aService({ name: 'ext', selector: { app: 'web' }, spec: { externalIPs: ['198.51.100.7'] } }),
  ]
  expect(doorOf(objects, 'LoadBalancer:default/lb')).toMatchObject({
    addresses: ['203.0.113.5'],
    facts: [
      { name: 'externalTrafficPolicy', value: 'Local' },
      { name: 'client address', value: 'seen by the pods' },
    ],
    problems: [],
  })
  expect(codes(doorOf(objects, 'LoadBalancer:default/waiting'))).toEqual(['address-pending'])
  expect(doorOf(objects, 'NodePort:default/np')).toMatchObject({ addresses: ['*'], ports: [{ port: 30001 }], targets: [{ port: 80 }] })
  expect(doorOf(objects, 'ExternalIP:default/ext')).toMatchObject({ addresses: ['198.51.100.7'] })
})

test('hostPort and hostNetwork open a door on the node, once per workload', () => {
  const objects = [
    aWorkload('apps/v1', 'DaemonSet', { name: 'agent', hostNetwork: true, ports: [{ containerPort: 9100 }] }),
    aPod({ name: 'p', ports: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 81 }] }),
  ]
  expect(doorOf(objects, 'HostNetwork:default/agent[DaemonSet]').targets).toMatchObject([
    { port: 9100, pods: ['default/agent-1', 'default/agent-2', 'default/agent-3'] },
  ])
  expect(doorOf(objects, 'HostPort:default/p[Pod]').ports).toMatchObject([{ port: 8080 }])
})

const gatewayClass = anObject('gateway.networking.k8s.io/v1', 'GatewayClass', { name: 'gc', spec: { controllerName: 'example.com/c' } })
const gateway = (listener: object = {}, extra: object = {}) =>
  anObject('gateway.networking.k8s.io/v1', 'Gateway', {
    name: 'gw',
    namespace: 'infra',
    spec: { gatewayClassName: 'gc', listeners: [{ name: 'http', port: 80, protocol: 'HTTP', ...listener }], ...extra },
  })
const route = (spec: object = {}, extra: object = {}) =>
  anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', {
    name: 'r',
    spec: {
      parentRefs: [{ name: 'gw', namespace: 'infra' }],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/a' } }], backendRefs: [{ name: 'web', port: 80 }] }],
      ...spec,
    },
    extra,
  })
const openToAll = { allowedRoutes: { namespaces: { from: 'All' } } }

test('a route attaches to the listeners that admit it and leads to its backends', () => {
  const door = doorOf([...web, gatewayClass, gateway(openToAll), route()], 'Gateway:infra/gw')
  expect(door.targets).toMatchObject([{ service: 'svc:default/web', port: 80, path: '/a', route: 'HTTPRoute:default/r', works: true }])
  expect(door.problems).toEqual([])
})

test('a listener admits its own namespace only, unless it says otherwise', () => {
  const refused = doorOf([...web, gatewayClass, gateway(), route()], 'Gateway:infra/gw')
  expect(refused.targets).toEqual([])
  expect(refused.problems[0]).toMatchObject({ code: 'route-not-accepted', predicted: true })
  const selected = gateway({ allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { team: 'a' } } } } })
  expect(
    codes(doorOf([...web, aNamespace({ name: 'default', labels: { team: 'a' } }), gatewayClass, selected, route()], 'Gateway:infra/gw')),
  ).toEqual([])
})

test('host names, section names and kinds must meet', () => {
  const refusal = (listener: object, spec: object) =>
    doorOf([...web, gatewayClass, gateway({ ...openToAll, ...listener }), route(spec)], 'Gateway:infra/gw').problems[0]?.message ?? ''
  expect(refusal({ hostname: 'a.example' }, { hostnames: ['b.example'] })).toContain('NoMatchingListenerHostname')
  expect(refusal({ hostname: '*.example' }, { hostnames: ['b.c.example'] })).toBe('')
  expect(refusal({}, { parentRefs: [{ name: 'gw', namespace: 'infra', sectionName: 'https' }] })).toContain('NoMatchingParent')
  expect(refusal({ protocol: 'TCP' }, {})).toContain('NotAllowedByListeners')
})

test('a backend in another namespace needs a ReferenceGrant there', () => {
  const objects = [
    ...[aService({ name: 'far', namespace: 'b' }), aDeployment({ name: 'far', namespace: 'b' }), gatewayClass, gateway(openToAll)],
    route({ rules: [{ backendRefs: [{ name: 'far', namespace: 'b', port: 80 }] }] }),
  ]
  expect(codes(doorOf(objects, 'Gateway:infra/gw'))).toEqual(['reference-not-permitted'])
  const grant = anObject('gateway.networking.k8s.io/v1', 'ReferenceGrant', {
    namespace: 'b',
    spec: { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'default' }], to: [{ group: '', kind: 'Service' }] },
  })
  expect(codes(doorOf([...objects, grant], 'Gateway:infra/gw'))).toEqual([])
})

test('what a controller says of the current generation overrules the prediction', () => {
  const status = (observedGeneration: number) => ({
    metadata: { name: 'r', namespace: 'default', generation: 2 },
    status: {
      parents: [
        {
          parentRef: { name: 'gw', namespace: 'infra' },
          controllerName: 'c',
          conditions: [{ type: 'Accepted', status: 'False', reason: 'Pending', observedGeneration }],
        },
      ],
    },
  })
  expect(doorOf([...web, gatewayClass, gateway(openToAll), route({}, status(2))], 'Gateway:infra/gw').problems[0]).toMatchObject({
    code: 'route-not-accepted',
    predicted: false,
  })
  expect(codes(doorOf([...web, gatewayClass, gateway(openToAll), route({}, status(1))], 'Gateway:infra/gw'))).toEqual([])
})

test('a ListenerSet adds listeners only where the Gateway admits it', () => {
  const set = anObject('gateway.networking.k8s.io/v1', 'ListenerSet', {
    name: 'ls',
    spec: { parentRef: { name: 'gw', namespace: 'infra' }, listeners: [{ name: 'extra', port: 8080, protocol: 'HTTP' }] },
  })
  const attached = route({ parentRefs: [{ kind: 'ListenerSet', name: 'ls' }] })
  expect(
    doorOf([...web, gatewayClass, gateway({}, { allowedListeners: { namespaces: { from: 'All' } } }), set, attached], 'Gateway:infra/gw')
      .targets,
  ).toHaveLength(1)
  expect(doorOf([...web, gatewayClass, gateway(), set, attached], 'Gateway:infra/gw').targets).toHaveLength(0)
})

test('a BackendTLSPolicy says how the gateway speaks to the pods', () => {
  const policy = anObject('gateway.networking.k8s.io/v1', 'BackendTLSPolicy', {
    name: 'tls',
    spec: { targetRefs: [{ group: '', kind: 'Service', name: 'web' }], validation: { hostname: 'web.internal' } },
  })
  const open = anObject('gateway.networking.k8s.io/v1', 'Gateway', {
    name: 'open',
    spec: { gatewayClassName: 'c', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  })
  const direct = anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', {
    name: 'direct',
    spec: { parentRefs: [{ name: 'open' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
  })
  expect(doorOf([...web, policy, open, direct], 'Gateway:default/open').targets).toMatchObject([
    { note: 'TLS to the pods as web.internal' },
  ])
})
