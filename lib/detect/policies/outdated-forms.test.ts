import { expect, test } from 'vitest'
import { aNamespace } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

test('the isolation annotation of the beta does nothing, and is gone with it', () => {
  const annotations = { 'net.beta.kubernetes.io/network-policy': '{"ingress":{"isolation":"DefaultDeny"}}' }
  expect(findIn('NP-12', [aNamespace({ name: 'shop', annotations })])).toMatchObject([{ severity: 'info', object: { ref: 'shop' } }])
  expect(findIn('NP-12', [aNamespace({ name: 'shop' })])).toEqual([])
})

test('policies of API versions that servers no longer take are named with what took their place', () => {
  const old = { ...aPolicy('p', { podSelector: {} }), apiVersion: 'extensions/v1beta1' }
  expect(findIn('NP-12', [old])).toMatchObject([
    { field: 'apiVersion', value: 'extensions/v1beta1', fix: 'Rewrite it as networking.k8s.io/v1 NetworkPolicy.' },
  ])
  expect(findIn('NP-12', [aPolicy('p', { podSelector: {} })])).toEqual([])
})
