import { expect, test } from 'vitest'
import { readCluster } from '../model/read-cluster'
import { platformDocument } from './platform-document'

test('what the conclusions rest on and was not read is named; ConfigMaps are asked for by name', () => {
  const unread = (...held: readonly string[]) => {
    const cluster = readCluster([], { name: 'test', source: 'live', unread: new Map([['/ConfigMap', new Set(held)]]) })
    return platformDocument(cluster).unread
  }
  expect(unread('kube-system/coredns')).toEqual([])
  expect(unread()).toEqual(['/ConfigMap'])
})
