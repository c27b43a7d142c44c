import { expect, test } from 'vitest'
import { DEFAULT_VIEW } from '@/components/live/url-state'
import { crumbs, goIn } from './go-in'
import { aNode } from './testing/graph'

const namespace = aNode({ id: 'shop', kind: 'namespace' })
const workload = aNode({ id: 'shop/web[Deployment]', name: 'web', namespace: 'shop', parent: 'shop' })
const pod = aNode({ id: 'shop/web-1', kind: 'pod', name: 'web-1', namespace: 'shop', parent: workload.id })

test('one goes from the cluster into a namespace, a workload, a pod, and no further', () => {
  const inside = { ...DEFAULT_VIEW, ...goIn(DEFAULT_VIEW, namespace) }
  expect([inside.level, inside.namespaces]).toEqual(['workload', ['shop']])
  const pods = { ...inside, ...goIn(inside, workload) }
  const containers = { ...pods, ...goIn(pods, pod) }
  expect(containers.open).toEqual(['shop/web[Deployment]', 'shop/web-1'])
  expect(goIn(containers, pod)).toBeNull()
  expect(goIn(containers, aNode({ id: 'svc:shop/web', kind: 'service' }))).toBeNull()
})

test('the way back names every step, and each leads there', () => {
  const view = { ...DEFAULT_VIEW, level: 'workload' as const, namespaces: ['shop'], open: [workload.ref, pod.ref] }
  const path = crumbs(view)
  expect(path.map((crumb) => crumb.label)).toEqual(['Cluster', 'shop', 'web', 'web-1'])
  expect(path[2]?.to).toEqual({ open: [workload.ref], selection: null })
  expect(path[0]?.to).toEqual({ level: 'namespace', namespaces: [], open: [], selection: null })
})
