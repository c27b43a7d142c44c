import { expect, test } from 'vitest'
import { aDeployment, aNamespace, anObject, aService } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const prometheus = [
  aNamespace({ name: 'monitoring' }),
  aDeployment({ name: 'prometheus', namespace: 'monitoring', podLabels: { 'app.kubernetes.io/name': 'prometheus' } }),
]
const web = aDeployment({ name: 'web', namespace: 'shop', ports: [{ name: 'metrics', containerPort: 9100 }] })
const service = (annotations: Readonly<Record<string, string>> = {}): object =>
  aService({ name: 'web', namespace: 'shop', labels: { app: 'web' }, annotations, ports: [{ name: 'metrics', port: 9100 }] })
const annotated = service({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9100' })
const deny = aPolicy('deny', { podSelector: {} })
const allow = aPolicy('allow', {
  podSelector: {},
  ingress: [
    { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ port: 'metrics' }] },
  ],
})

test('a scrape target that does not let Prometheus in', () => {
  expect(findIn('NP-14', [...prometheus, web, annotated, deny])).toMatchObject([
    {
      severity: 'warning',
      object: { ref: 'shop/web[Deployment]' },
      evidence: ['annotation prometheus.io/scrape of svc:shop/web', 'NetworkPolicy:shop/deny isolates'],
    },
  ])
})

test('a Prometheus that is not let out', () => {
  const shut = aPolicy('shut', { podSelector: {}, policyTypes: ['Egress'] }, 'monitoring')
  expect(findIn('NP-14', [...prometheus, web, annotated, shut])).toMatchObject([
    { evidence: [expect.any(String), 'NetworkPolicy:monitoring/shut isolates'] },
  ])
})

test('ServiceMonitor and PodMonitor tell the targets too', () => {
  const spec = { selector: { matchLabels: { app: 'web' } }, namespaceSelector: { matchNames: ['shop'] } }
  const ofService = anObject('monitoring.coreos.com/v1', 'ServiceMonitor', {
    name: 'web',
    namespace: 'monitoring',
    spec: { ...spec, endpoints: [{ port: 'metrics' }] },
  })
  const ofPod = anObject('monitoring.coreos.com/v1', 'PodMonitor', {
    name: 'web',
    namespace: 'monitoring',
    spec: { ...spec, podMetricsEndpoints: [{ port: 'metrics' }] },
  })
  expect(findIn('NP-14', [...prometheus, web, service(), deny, ofService])).toMatchObject([
    { evidence: ['ServiceMonitor monitoring/web', expect.any(String)] },
  ])
  expect(findIn('NP-14', [...prometheus, web, deny, ofPod])).toMatchObject([
    { evidence: ['PodMonitor monitoring/web', expect.any(String)] },
  ])
})

test('it is gone with a rule for Prometheus, without targets, and where no Prometheus is seen', () => {
  expect(findIn('NP-14', [...prometheus, web, annotated, deny, allow])).toEqual([])
  expect(findIn('NP-14', [...prometheus, web, service(), deny])).toEqual([])
  expect(findIn('NP-14', [web, annotated, deny])).toEqual([])
})
