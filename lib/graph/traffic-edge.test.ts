import { expect, test } from 'vitest'
import { aFlowEdge } from './testing/a-flow-edge'
import { trafficEdge } from './traffic-edge'

const ENDS = { from: 'shop/web[Deployment]', to: 'shop/cart[Deployment]' }

test('an edge names every source that reported a part of it, once and in order', () => {
  const judged = [['hubble', 'ztunnel.log'], ['hubble'], ['antrea.log', 'hubble']].map((reporters) => ({
    edge: { ...aFlowEdge(ENDS), reporters },
    state: 'allowed-used' as const,
    policies: [],
    service: null,
    noise: null,
    flows: 1,
  }))
  const draft = { id: 'id', source: ENDS.from, target: ENDS.to, judged }
  expect(trafficEdge(draft, 60, null).reporters).toEqual(['antrea.log', 'hubble', 'ztunnel.log'])
})
