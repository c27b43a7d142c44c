import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { aWorkload } from '../model/testing/objects'
import { findEnforcer } from './enforcer'

function found(...names: readonly string[]): readonly [string | null, string] {
  const { plugin, enforces } = findEnforcer(
    aCluster(names.map((name) => aWorkload('apps/v1', 'DaemonSet', { name, namespace: 'kube-system' }))),
  )
  return [plugin, enforces]
}

test('Flannel alone enforces nothing, with Calico beside it Calico does', () => {
  expect(found('kube-flannel-ds')).toEqual(['Flannel', 'no'])
  expect(found('kube-flannel-ds', 'calico-node')).toEqual(['Calico', 'yes'])
})

test('what was not seen is not known', () => {
  expect(found()).toEqual([null, 'unknown'])
  expect(found('aws-node')).toEqual(['AWS VPC CNI', 'unknown'])
})
