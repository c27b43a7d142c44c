import { expect, test } from 'vitest'
import type { Finding } from '../detect/finding'
import { compareFindings } from './compare-findings'

function aFinding(apiVersion: string): Finding {
  return {
    id: 'NP-06',
    severity: 'warning',
    object: { apiVersion, kind: 'NetworkPolicy', namespace: 'shop', name: 'cart', ref: 'NetworkPolicy:shop/cart' },
    field: 'spec.ingress[0]',
    value: '{}',
    message: 'The rule lets everybody in.',
    why: 'It restricts nothing.',
    fix: 'Name the peers.',
    evidence: [],
    origin: null,
  }
}

test('a finding that moves to another policy of the same name is brought and settled', () => {
  const [kubernetes, calico] = [aFinding('networking.k8s.io/v1'), aFinding('projectcalico.org/v3')]
  expect(compareFindings([kubernetes], [calico])).toEqual({ introduced: [calico], cleared: [kubernetes] })
})

test('a draft that only raises the version of an object brings and settles nothing', () => {
  const [before, after] = [aFinding('extensions/v1beta1'), aFinding('networking.k8s.io/v1')]
  expect(compareFindings([before], [after])).toEqual({ introduced: [], cleared: [] })
})
