import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { aNamespace, aPod } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import { GraphIndex } from './graph-index'
import { isolationCoverage } from './isolation-coverage'

function aPolicy(name: string, labels: Readonly<Record<string, string>>, policyTypes: readonly string[]): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop' },
    spec: { podSelector: { matchLabels: labels }, policyTypes },
  }
}

function coverageOf(...objects: readonly object[]) {
  const cluster = aCluster([aNamespace({ name: 'shop' }), aNamespace({ name: 'kube-system' }), ...objects])
  return isolationCoverage(new GraphIndex(cluster, compilePolicies(cluster)))
}

test('every workload with a running pod is in exactly one list', () => {
  const coverage = coverageOf(
    ...['in', 'out', 'both', 'open'].map((name) => aPod({ name, namespace: 'shop', labels: { app: name } })),
    aPod({ name: 'host', namespace: 'shop', hostNetwork: true }),
    aPod({ name: 'done', namespace: 'shop', phase: 'Succeeded' }),
    aPod({ name: 'dns', namespace: 'kube-system' }),
    aPolicy('in', { app: 'in' }, ['Ingress']),
    aPolicy('out', { app: 'out' }, ['Egress']),
    aPolicy('both', { app: 'both' }, ['Ingress', 'Egress']),
  )
  expect(coverage).toEqual([
    {
      namespace: 'shop',
      isSystem: false,
      workloads: {
        both: ['shop/both[Pod]'],
        ingress: ['shop/in[Pod]'],
        egress: ['shop/out[Pod]'],
        none: ['shop/open[Pod]'],
        unknown: [],
        beyond: ['shop/host[Pod]'],
      },
    },
    {
      namespace: 'kube-system',
      isSystem: true,
      workloads: { both: [], ingress: [], egress: [], none: ['kube-system/dns[Pod]'], unknown: [], beyond: [] },
    },
  ])
})
