import { podRef, workloadRef } from '../../model/names'
import { endpointOfRef } from '../endpoint-of-ref'
import type { Flow, FlowEndpoint } from '../flow'
import { TEN } from './an-observed-flow'

/** A pod `NS/NAME` whose workload is a Deployment of the same name. */
export function aPodEnd(namespace: string, name: string, ip: string | null = null): FlowEndpoint {
  return { ...endpointOfRef(podRef(namespace, name)), workload: workloadRef(namespace, name, 'Deployment'), ip }
}

/** A forwarded TCP connection from `shop/web` to `shop/cart` on port 80. */
export function aFlow(over: Partial<Flow> = {}): Flow {
  const time = over.time ?? TEN
  return {
    id: '0000000000',
    time,
    windowTime: time,
    source: aPodEnd('shop', 'web', '10.0.0.1'),
    destination: aPodEnd('shop', 'cart', '10.0.0.2'),
    protocol: 'TCP',
    port: 80,
    sourcePort: 40_000,
    verdict: 'forwarded',
    reason: null,
    rawReason: null,
    direction: null,
    policies: [],
    l7: null,
    bytes: null,
    packets: null,
    count: 1,
    guessedOrder: false,
    node: 'worker-1',
    reporter: 'test',
    computed: null,
    ...over,
  }
}
