import { expect, test } from 'vitest'
import { aCluster } from '../testing/a-cluster'
import { aPod } from '../testing/objects'

function flagsOf(container: object): Readonly<Record<string, string>> {
  const cluster = aCluster([aPod({ spec: { containers: [container] } })])
  return Object.fromEntries([...cluster.pods.values()][0]?.containers[0]?.flags ?? [])
}

test('options of a known program are kept, however they are written', () => {
  const args = ['--run-router=false', '--run-firewall', '--overlay-type', 'full', '--kubeconfig=/hidden']
  expect(flagsOf({ name: 'x', image: 'docker.io/cloudnativelabs/kube-router:v2', args })).toEqual({
    'run-router': 'false',
    'run-firewall': 'true',
    'overlay-type': 'full',
  })
  expect(flagsOf({ name: 'kube-apiserver', command: ['kube-apiserver', '--service-cluster-ip-range=10.96.0.0/16'] })).toEqual({
    'service-cluster-ip-range': '10.96.0.0/16',
  })
})

test('arguments of every other program are not kept', () => {
  expect(flagsOf({ name: 'kube-router', image: 'shop/app:1', args: ['--run-router=false', '--password=hidden'] })).toEqual({})
})
