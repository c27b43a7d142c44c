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

function spread(...objects: readonly object[]): string | null {
  const cluster = aCluster([aService({ name: 'web' }), ...objects])
  const door = resolveDoors(cluster).find(({ kind }) => kind === 'Ingress')
  const found = door === undefined ? null : entrySpread(cluster, door)
  return found === null ? null : `${found.strategy} [${found.from?.field?.path ?? '-'}]`
}

test('ingress-nginx goes by the annotations of the object, then its own settings, then its default', () => {
  expect(spread(nginx, ingress({}))).toBe('round robin by request (the default of ingress-nginx) [-]')
  expect(spread(nginx, ingress({}), config({ 'load-balance': 'ewma' }))).toBe('the endpoint that answers fastest (EWMA) [load-balance]')
  expect(spread(nginx, ingress({ 'nginx.ingress.kubernetes.io/upstream-hash-by': '$request_uri' }))).toBe(
    'by hash of $request_uri [nginx.ingress.kubernetes.io/upstream-hash-by]',
  )
  expect(spread(nginx, ingress({ 'nginx.ingress.kubernetes.io/affinity': 'cookie' }))).toContain('by a cookie')
})

test('of a controller that nobody knows nothing is said', () => {
  const other = anObject('networking.k8s.io/v1', 'IngressClass', { name: 'nginx', spec: { controller: 'example.org/own' } })
  expect(spread(other, ingress({}))).toBeNull()
})
