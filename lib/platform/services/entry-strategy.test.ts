import { expect, test } from 'vitest'
import { resolveDoors } from '../../model/resolve-doors'
import { aCluster } from '../../model/testing/a-cluster'
import { anObject, aService } from '../../model/testing/objects'
import { entrySpread } from './entry-strategy'

const nginx = anObject('networking.k8s.io/v1', 'IngressClass', { name: 'nginx', spec: { controller: 'k8s.io/ingress-nginx' } })
const backend = { service: { name: 'web', port: { number: 80 } } }
const ingress = (annotations: Record<string, string>) =>
  anObject('networking.k8s.io/v1', 'Ingress', { name: 'web', annotations, spec: { ingressClassName: 'nginx', defaultBackend: backend } })
const config = (data: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'ingress-nginx-controller', namespace: 'ingress-nginx' },
  data,
})

const web = aService({ name: 'web' })

function spread(...objects: readonly object[]): string | null {
  return spreadTo(web, ...objects)
}

function spreadTo(service: object, ...objects: readonly object[]): string | null {
  const cluster = aCluster([service, ...objects])
  const door = resolveDoors(cluster).find(({ kind }) => ['Ingress', 'IngressRoute', 'Route'].includes(kind))
  const [target] = cluster.services.values()
  const found = door === undefined || target === undefined ? null : entrySpread(cluster, door, target)
  return found === null ? null : `${found.strategy} [${found.from?.field?.path ?? '-'}]`
}

test('ingress-nginx goes by the annotations of the object, then its own settings, then its default', () => {
  expect(spread(nginx, ingress({}))).toBe(
    'cannot tell: the settings of ingress-nginx were not seen (round robin by request unless they say otherwise) [-]',
  )
  expect(spread(nginx, ingress({}), config({}))).toBe('round robin by request (the default of ingress-nginx) [-]')
  expect(spread(nginx, ingress({}), config({ 'load-balance': 'ewma' }))).toBe('the endpoint that answers fastest (EWMA) [load-balance]')
  expect(spread(nginx, ingress({ 'nginx.ingress.kubernetes.io/upstream-hash-by': '$request_uri' }))).toBe(
    'by hash of $request_uri [nginx.ingress.kubernetes.io/upstream-hash-by]',
  )
  expect(spread(nginx, ingress({ 'nginx.ingress.kubernetes.io/affinity': 'cookie' }))).toContain('by a cookie')
  expect(spread(nginx, ingress({ 'nginx.ingress.kubernetes.io/service-upstream': 'true' }), config({}))).toContain('as the Service does')
})

test('Traefik goes by what the rule says of the Service, also behind a TraefikService', () => {
  const route = (service: object) =>
    anObject('traefik.io/v1alpha1', 'IngressRoute', {
      name: 'web',
      spec: { routes: [{ match: 'PathPrefix(`/`)', kind: 'Rule', services: [service] }] },
    })
  const to = (more: object) => spread(route({ name: 'web', port: 80, ...more }))
  expect(to({})).toBe('weighted round robin (the default of Traefik) [-]')
  expect(to({ strategy: 'p2c' })).toBe('the endpoint with the fewest requests, of two drawn by lot [spec.routes[].services[].strategy]')
  expect(to({ strategy: 'hrw' })).toContain('by hash of the client address')
  expect(to({ sticky: { cookie: { name: 'c' } } })).toContain('by a cookie [spec.routes[].services[].sticky]')
  expect(to({ nativeLB: true })).toContain('as the Service does: connections go to its address')
  const split = anObject('traefik.io/v1alpha1', 'TraefikService', {
    name: 'split',
    spec: { weighted: { services: [{ name: 'web', port: 80, strategy: 'leasttime' }] } },
  })
  expect(spread(route({ name: 'split', kind: 'TraefikService' }), split)).toContain('the endpoint that answers fastest')
  expect(spread(route({ name: 'web', port: 80 }), split)).toContain('weighted round robin (the default of Traefik), or the endpoint that')
})

test('for Ingresses Traefik goes by annotations of the Service', () => {
  const traefik = anObject('networking.k8s.io/v1', 'IngressClass', { name: 'nginx', spec: { controller: 'traefik.io/ingress-controller' } })
  const sticky = aService({ name: 'web', annotations: { 'traefik.ingress.kubernetes.io/service.sticky.cookie': 'true' } })
  expect(spread(traefik, ingress({}))).toContain('weighted round robin')
  expect(spreadTo(sticky, traefik, ingress({}))).toContain('by a cookie')
})

test('the router of OpenShift chooses by the client address where it cannot look inside', () => {
  const route = (tls: object) =>
    anObject('route.openshift.io/v1', 'Route', { name: 'web', spec: { to: { kind: 'Service', name: 'web' }, ...tls } })
  expect(spread(route({}))).toBe('random (the default of the router of OpenShift) [-]')
  expect(spread(route({ tls: { termination: 'passthrough' } }))).toBe(
    'by hash of the client address (the default of the router of OpenShift) [-]',
  )
})

test('of a controller that nobody knows nothing is said', () => {
  const other = anObject('networking.k8s.io/v1', 'IngressClass', { name: 'nginx', spec: { controller: 'example.org/own' } })
  expect(spread(other, ingress({}))).toBeNull()
})
