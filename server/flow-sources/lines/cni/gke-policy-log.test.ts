import { expect, test } from 'vitest'
import { decodedOf, flowOf } from '../../testing/decode-flows'
import { sampleLine } from '../testing/sample-lines'

test('an allowed connection names its policies and both pods', () => {
  expect(flowOf(sampleLine('gke'))).toMatchObject({
    verdict: 'forwarded',
    policies: [{ policy: 'NetworkPolicy:shop/cart' }],
    source: { pod: 'web-1', namespace: 'shop' },
    destination: { pod: 'cart-1' },
    port: 8080,
    direction: 'ingress',
    event: 'policy-verdict',
  })
})

test('gathered refusals count as many, once, and name no policy', () => {
  expect(flowOf(sampleLine('gke', 1))).toMatchObject({ verdict: 'dropped', count: 7, event: 'flow', policies: [], uuid: 'gke abc1' })
})

test('machines and names outside', () => {
  expect(flowOf(sampleLine('gke', 2))).toMatchObject({ destination: { entity: 'host', pod: null }, source: { names: ['api.example.com'] } })
})

test('a disposition of a later version is no verdict', () => {
  expect(decodedOf(sampleLine('gke').replace('"allow"', '"audit"'))).toMatchObject({ kind: 'rejected' })
})
