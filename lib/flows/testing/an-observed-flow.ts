import type { ObservedEndpoint, ObservedFlow } from '../flow'

/** Ten o'clock of a fixed day, in milliseconds since the epoch. */
export const TEN = Date.UTC(2026, 4, 4, 10, 0, 0)

/** One end, nothing stated but what the test gives. */
export function anEnd(over: Partial<ObservedEndpoint> = {}): ObservedEndpoint {
  return { ip: null, namespace: null, pod: null, workload: null, service: null, entity: null, names: [], labels: [], ...over }
}

/** The first packet of a forwarded TCP connection from `shop/web` to `shop/cart` on port 80, as the client's side reports it. */
export function anObservedFlow(over: Partial<ObservedFlow> = {}): ObservedFlow {
  return {
    time: TEN,
    source: anEnd({ ip: '10.0.0.1', namespace: 'shop', pod: 'web' }),
    destination: anEnd({ ip: '10.0.0.2', namespace: 'shop', pod: 'cart' }),
    protocol: 'TCP',
    port: 80,
    sourcePort: 40_000,
    verdict: 'forwarded',
    reason: null,
    rawReason: null,
    direction: 'egress',
    policies: [],
    l7: null,
    bytes: null,
    packets: null,
    count: 1,
    uuid: null,
    event: 'policy-verdict',
    phase: 'start',
    guessedOrder: false,
    node: 'worker-1',
    ...over,
  }
}
