import { expect, test } from 'vitest'
import { aPod, aService } from '../../model/testing/objects'
import { findIn } from '../testing/find-in'

const withContainers = (containers: readonly object[], initContainers: readonly object[] = []) =>
  aPod({ name: 'web', labels: { app: 'web' }, spec: { containers, initContainers } })
const probe = { httpGet: { port: 9090 } }

test('two containers of a pod cannot listen on one port', () => {
  const twice = withContainers([
    { name: 'app', ports: [{ containerPort: 8080 }] },
    { name: 'admin', ports: [{ containerPort: 8080 }] },
  ])
  expect(findIn('CT-01', [twice])).toMatchObject([
    { severity: 'warning', field: 'spec.containers[1].ports', message: 'Containers admin and app both declare TCP 8080.' },
  ])
  const apart = withContainers([
    { name: 'app', ports: [{ containerPort: 8080 }] },
    { name: 'dns', ports: [{ containerPort: 8080, protocol: 'UDP' }] },
  ])
  expect(findIn('CT-01', [apart])).toEqual([])
})

test('a probe of a port that another container has checks the wrong one', () => {
  const crossed = withContainers([
    { name: 'app', ports: [{ containerPort: 8080 }], readinessProbe: probe },
    { name: 'metrics', ports: [{ containerPort: 9090 }] },
  ])
  expect(findIn('CT-02', [crossed])).toMatchObject([
    {
      field: 'spec.containers[0].readinessProbe',
      message: 'The readiness probe of container app asks port 9090, which container metrics has.',
    },
  ])
  const proxied = withContainers([
    { name: 'app', readinessProbe: probe },
    { name: 'istio-proxy', ports: [{ containerPort: 9090 }] },
  ])
  expect(findIn('CT-02', [proxied])).toEqual([])
  expect(findIn('CT-02', [withContainers([{ name: 'app', readinessProbe: probe }, { name: 'other' }])])).toEqual([])
})

test('a Service does not lead to an init container', () => {
  const pod = withContainers([{ name: 'app' }], [{ name: 'setup', ports: [{ name: 'http', containerPort: 80 }] }])
  expect(findIn('CT-02', [pod, aService({ name: 'web', ports: [{ port: 80, targetPort: 'http' }] })])).toMatchObject([
    { object: { ref: 'svc:default/web' }, message: expect.stringContaining('only init container setup declares') },
  ])
})
