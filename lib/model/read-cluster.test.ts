import { expect, test } from 'vitest'
import { formatProblem } from './problem'
import { aCluster } from './testing/a-cluster'
import { aDeployment, aNamespace, aNode, anObject, aPod, aService, aWorkload } from './testing/objects'

test('a namespace that only other objects name exists with its name label', () => {
  const cluster = aCluster([aPod({ namespace: 'shop' })])
  expect(cluster.namespaces.get('shop')).toMatchObject({ isImplied: true })
  expect(cluster.namespaces.get('shop')?.labels.get('kubernetes.io/metadata.name')).toBe('shop')
})

test('a pod follows its ReplicaSet to the Deployment', () => {
  const cluster = aCluster([
    aDeployment({ name: 'web' }),
    {
      ...anObject('apps/v1', 'ReplicaSet'),
      metadata: { name: 'web-1', ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }] },
    },
    aPod({ name: 'web-1-a', owner: { kind: 'ReplicaSet', name: 'web-1' } }),
  ])
  expect([...cluster.workloads.keys()]).toEqual(['default/web[Deployment]'])
  expect(cluster.workloads.get('default/web[Deployment]' as never)?.pods).toEqual(['default/web-1-a'])
})

test('without the ReplicaSet object the pod template hash leads to the Deployment, if there is one', () => {
  const pod = aPod({ name: 'web-7d9f-x', labels: { 'pod-template-hash': '7d9f' }, owner: { kind: 'ReplicaSet', name: 'web-7d9f' } })
  expect([...aCluster([aDeployment({ name: 'web' }), pod]).workloads.keys()]).toEqual(['default/web[Deployment]'])
  expect([...aCluster([pod]).workloads.keys()]).toEqual(['default/web-7d9f[ReplicaSet]'])
})

test('a Job belongs to its CronJob, a custom owner is a workload by reference, a static pod is its own', () => {
  const cluster = aCluster([
    aPod({ name: 'a', owner: { kind: 'Job', name: 'backup-28912345' } }),
    { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'backup' }, spec: { jobTemplate: { spec: { template: {} } } } },
    aPod({ name: 'b', owner: { kind: 'Rollout', name: 'shop' } }),
    aPod({ name: 'c', owner: { kind: 'Node', name: 'node-1' } }),
  ])
  expect([...cluster.workloads.keys()].sort()).toEqual(['default/backup[CronJob]', 'default/c[Pod]', 'default/shop[Rollout]'])
})

test('an owner reference without a kind counts as one to a Pod', () => {
  const pod = { ...aPod({ name: 'a' }), metadata: { name: 'a', ownerReferences: [{ name: 'parent', controller: true }] } }
  expect([...aCluster([pod]).workloads.keys()]).toEqual(['default/parent[Pod]'])
})

test('a workload without pods stands for as many as it wants', () => {
  const cluster = aCluster([
    aDeployment({ name: 'web', replicas: 3 }),
    aDeployment({ name: 'off', replicas: 0 }),
    aWorkload('apps/v1', 'DaemonSet', { name: 'agent' }),
    aWorkload('apps/v1', 'StatefulSet', { name: 'db', replicas: 2 }),
  ])
  const pods = (name: string) => [...cluster.pods.values()].filter((pod) => pod.workload.startsWith(`default/${name}[`))
  expect(pods('web').map((pod) => pod.name)).toEqual(['web-1', 'web-2', 'web-3'])
  expect(pods('off').map((pod) => [pod.phase, pod.ready])).toEqual([['Pending', false]])
  expect(pods('agent')).toHaveLength(3)
  expect(pods('db').map((pod) => pod.name)).toEqual(['db-0', 'db-1'])
  expect(pods('db')[0]?.labels.get('statefulset.kubernetes.io/pod-name')).toBe('db-0')
})

test('a DaemonSet has one pod on every known node', () => {
  const cluster = aCluster([aWorkload('apps/v1', 'DaemonSet', { name: 'agent' }), aNode({ name: 'n1' }), aNode({ name: 'n2' })])
  expect([...cluster.pods.values()].map((pod) => pod.nodeName)).toEqual(['n1', 'n2'])
})

test('implied pods of workloads with the same name have names of their own', () => {
  const cluster = aCluster([aDeployment({ name: 'x', replicas: 2 }), aWorkload('apps/v1', 'StatefulSet', { name: 'x', replicas: 2 })])
  expect(cluster.pods.size).toBe(4)
})

test('later documents win', () => {
  const cluster = aCluster([aService({ name: 'a', ports: [{ port: 1 }] }), aService({ name: 'a', ports: [{ port: 2 }] })])
  expect(cluster.services.get('svc:default/a' as never)?.ports[0]?.port).toBe(2)
  expect(cluster.problems.map(formatProblem)).toEqual([
    'test.yaml:2:1: Service default/a was already written in line 1; the later one counts',
  ])
})

test('lists are taken apart, also lists of one kind whose items leave out their kind', () => {
  const cluster = aCluster([
    {
      apiVersion: 'v1',
      kind: 'List',
      items: [aPod({ name: 'a' }), { apiVersion: 'v1', kind: 'ServiceList', items: [{ metadata: { name: 's' } }] }],
    },
  ])
  expect([cluster.pods.size, cluster.services.size]).toEqual([1, 1])
})

test('a label that is no string costs that label and names its place', () => {
  const cluster = aCluster([aPod({ name: 'a', labels: { ok: 'yes', 'egress-node': true as never } })])
  expect([...(cluster.pods.get('default/a' as never)?.labels ?? [])]).toEqual([['ok', 'yes']])
  expect(cluster.problems[0]?.message).toBe('metadata.labels.egress-node: expected a string, found the boolean true; put it in quotes')
})

test('secrets keep their type and nothing else, last-applied copies and managed fields are dropped', () => {
  const cluster = aCluster([
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', annotations: { a: 'hidden' } },
      type: 'kubernetes.io/tls',
      data: { k: 'hidden' },
    },
    anObject('example.com/v1', 'Thing', { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'hidden', keep: 'me' } }),
    { apiVersion: 'example.com/v1', kind: 'Other', metadata: { name: 'o', managedFields: ['hidden'] } },
    anObject('example.com/v1', 'Rollout', {
      spec: { template: { spec: { containers: [{ env: [{ name: 'SHOWN', value: 'hidden' }] }] } } },
    }),
  ])
  expect([...cluster.secrets]).toEqual([['default/s', 'kubernetes.io/tls']])
  expect(JSON.stringify(cluster.others)).not.toContain('hidden')
  expect(JSON.stringify(cluster.others)).toContain('SHOWN')
  expect(JSON.stringify(cluster.others[0]?.body)).toContain('"keep":"me"')
})

test('names that are properties of every object are names like any other', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const labels = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}') as Record<string, string>
  const cluster = aCluster(
    names.flatMap((name) => [aNamespace({ name, labels }), aPod({ name, namespace: name, labels }), aService({ name, namespace: name })]),
  )
  expect([...cluster.namespaces.keys()]).toEqual(names)
  expect([...(cluster.pods.get('__proto__/__proto__' as never)?.labels ?? [])]).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
    ['toString', 'c'],
  ])
  expect(cluster.problems).toEqual([])
})

test('documents that are no objects, or have no name, are problems of their own', () => {
  const messages = aCluster([
    'text' as never,
    { kind: 'Pod' },
    { apiVersion: 'v1', kind: 'Pod' },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a/b' } },
  ]).problems
  expect(messages.map((problem) => problem.message)).toEqual([
    'this document is no Kubernetes object',
    'apiVersion: this document is no Kubernetes object: it has no apiVersion',
    'metadata.name: Pod has no name',
    'metadata.name: "a/b" cannot be a name',
  ])
})

test('a field that two readers look at is one problem', () => {
  expect(aCluster([{ ...aPod({ name: 'a' }), status: 'Running' }]).problems.map(formatProblem)).toEqual([
    'test.yaml:1:1: status: expected an object, found "Running"',
  ])
})

test('a custom kind that a definition declares cluster-scoped has no namespace, and an unknown one implies none', () => {
  const definition = anObject('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    spec: { group: 'example.com', scope: 'Cluster', names: { kind: 'Zone' } },
  })
  const bare = (kind: string, name: string) => ({ apiVersion: 'example.com/v1', kind, metadata: { name } })
  const cluster = aCluster([bare('Zone', 'z'), bare('Thing', 't'), definition])
  expect(cluster.others.map(({ meta }) => meta.namespace)).toEqual([null, 'default', null])
  expect([...cluster.namespaces.keys()]).toEqual([])
})
