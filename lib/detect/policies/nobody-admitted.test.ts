import { expect, test } from 'vitest'
import { aFlowEdge } from '../../graph/testing/a-flow-edge'
import { aDeployment, anObject, aService } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const db = aDeployment({ name: 'db', namespace: 'shop' })
const web = aDeployment({ name: 'web', namespace: 'shop' })
const service = aService({ name: 'db', namespace: 'shop', ports: [{ port: 80, targetPort: 5432 }] })
const deny = aPolicy('deny', { podSelector: { matchLabels: { app: 'db' } } })
const allowing = (from: object, port: number | string = 5432): object =>
  aPolicy('allow', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [from], ports: [{ port }] }] })

test('a Service of isolated pods that nobody may reach is an error at the workload', () => {
  expect(findIn('NP-03', [db, web, service, deny])).toMatchObject([
    {
      severity: 'error',
      object: { kind: 'Deployment', ref: 'shop/db[Deployment]' },
      message: 'Policies isolate the pods and let nobody in on TCP 5432, where a Service leads.',
      evidence: ['svc:shop/db leads to TCP 5432', 'NetworkPolicy:shop/deny isolates and has no ingress rule'],
    },
  ])
})

test('a rule that matches nobody, or another port, lets nobody in', () => {
  const nobody = allowing({ podSelector: { matchLabels: { app: 'gone' } } })
  expect(findIn('NP-03', [db, web, service, nobody])).toMatchObject([
    { evidence: ['svc:shop/db leads to TCP 5432', 'NetworkPolicy:shop/allow isolates, and ingress[0] lets nobody in there'] },
  ])
  expect(findIn('NP-03', [db, web, service, allowing({ podSelector: {} }, 80)])).toHaveLength(1)
})

test('it is gone when somebody is let in, inside or outside', () => {
  expect(findIn('NP-03', [db, web, service, deny, allowing({ podSelector: { matchLabels: { app: 'web' } } })])).toEqual([])
  expect(findIn('NP-03', [db, web, service, deny, allowing({ ipBlock: { cidr: '198.51.100.0/24' } })])).toEqual([])
})

test('it is silent without a Service, and for pods that nothing isolates', () => {
  expect(findIn('NP-03', [db, web, deny])).toEqual([])
  expect(findIn('NP-03', [db, web, service])).toEqual([])
})

test('clients that the manifests need not show may exist', () => {
  const elsewhere = allowing({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'web' } } })
  expect(findIn('NP-03', [db, web, service, elsewhere])).toEqual([])
  const prometheus = anObject('monitoring.coreos.com/v1', 'Prometheus', { name: 'k8s', namespace: 'shop' })
  const operated = allowing({ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } } })
  expect(findIn('NP-03', [db, web, service, operated, prometheus])).toEqual([])
})

test('connections that were refused need the workload too, where it listens', () => {
  const listening = aDeployment({ name: 'db', namespace: 'shop', ports: [{ containerPort: 5432 }] })
  const to = (port: number) => aFlowEdge({ from: 'shop/web[Deployment]', to: 'shop/db[Deployment]', port, verdicts: { dropped: 4 } })
  const traffic = { edges: [to(5432), to(22)], from: 0, to: 1, lookups: [] }
  expect(findIn('NP-03', [listening, web, deny], { traffic })).toMatchObject([
    {
      message: 'Policies isolate the pods and let nobody in on TCP 5432, where connections were refused.',
      evidence: [
        'connections from shop/web[Deployment] to TCP 5432 were refused',
        'NetworkPolicy:shop/deny isolates and has no ingress rule',
      ],
    },
  ])
  const allowed = allowing({ podSelector: { matchLabels: { app: 'web' } } })
  expect(findIn('NP-03', [listening, web, allowed], { traffic })).toEqual([])
  expect(findIn('NP-03', [db, web, deny], { traffic })).toEqual([])
})
