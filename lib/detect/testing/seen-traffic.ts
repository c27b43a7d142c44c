import { aPodEnd } from '../../flows/testing/a-flow'
import type { FlowEdge } from '../../flows/window-types'
import { type PodRef, workloadRef } from '../../model/names'
import type { ObservedTraffic } from '../circumstances'

/** Traffic between two bare pods (`NS/NAME`) that was forwarded once. */
export function seenTraffic(from: string, to: string, port: number): ObservedTraffic {
  const none = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
  const edge: FlowEdge = {
    source: endOf(from),
    destination: endOf(to),
    protocol: 'TCP',
    port,
    verdicts: { ...none, forwarded: 1 },
    repeats: none,
    bytes: null,
    firstSeen: 0,
    lastSeen: 0,
    policies: [],
    reasons: [],
    reporters: ['test'],
  }
  return { edges: [edge], from: 0, to: 1, lookups: [] }
}

function endOf(pod: string): FlowEdge['source'] {
  const [namespace = '', name = ''] = pod.split('/')
  return { ...aPodEnd(namespace, name), pod: pod as PodRef, workload: workloadRef(namespace, name, 'Pod') }
}
