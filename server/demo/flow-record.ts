import type { FlowL7, ObservedEndpoint, ObservedFlow } from '@/lib/flows/flow'
import type { Protocol } from '@/lib/model/protocol'
import { MACHINES } from './machines'
import { outsideEndpoint } from './outside'
import type { DemoPod } from './population'
import type { SeededRandom } from './seeded-random'
import type { DemoEnd, DemoVerdict } from './verdicts'

export type FlowRecordInput = {
  readonly time: number
  readonly from: DemoEnd
  readonly to: DemoEnd
  /** `NS/NAME` of the Service that the client called. */
  readonly service: string | null
  readonly port: number
  readonly protocol: Protocol
  readonly verdict: DemoVerdict
  readonly l7: FlowL7 | null
  readonly family: 'IPv4' | 'IPv6'
  /** `later` for a connection that was open before. */
  readonly phase: 'start' | 'later'
  /** Connections alike that the record stands for. */
  readonly count: number
}

/** First port that a client gets on Linux, and how many there are. */
const CLIENT_PORTS = { first: 32_768, count: 28_232 }

/** One connection as the demo's flow source reports it: whole, once. */
export function flowRecord(input: FlowRecordInput, random: SeededRandom): ObservedFlow {
  const { from, to, verdict, l7, family, count } = input
  const isDropped = verdict.verdict === 'dropped'
  // Three attempts of one client count as one: it repeats the first packet until it gives up.
  const packets = count * (isDropped ? 3 : 8 + random.below(40))
  return {
    time: input.time,
    source: endpoint(from, null, family, random),
    destination: endpoint(to, input.service, family, random),
    protocol: input.protocol,
    port: input.port,
    sourcePort: CLIENT_PORTS.first + random.below(CLIENT_PORTS.count),
    verdict: verdict.verdict,
    reason: isDropped ? 'policy/default-deny' : null,
    rawReason: isDropped ? 'no rule of the policies that isolate the pod lets the connection through' : null,
    direction: directionOf(from, to, verdict),
    policies: verdict.policies,
    l7: isDropped ? null : l7,
    bytes: isDropped ? packets * 60 : packets * (90 + random.below(600)),
    packets,
    count,
    uuid: null,
    event: 'flow',
    phase: input.phase,
    guessedOrder: false,
    node: observerOf(from, to, verdict),
  }
}

/** The receiving side reports; the sending side where it refuses, or where the receiver is outside. */
function directionOf(from: DemoEnd, to: DemoEnd, verdict: DemoVerdict): 'ingress' | 'egress' {
  if (verdict.refusedBy !== null) return verdict.refusedBy
  return to.kind === 'pod' || from.kind !== 'pod' ? 'ingress' : 'egress'
}

function observerOf(from: DemoEnd, to: DemoEnd, verdict: DemoVerdict): string | null {
  const observer = directionOf(from, to, verdict) === 'ingress' ? to : from
  if (observer.kind === 'outsider') return null
  return MACHINES[observer.kind === 'pod' ? observer.pod.machine : observer.machine]?.name ?? null
}

function endpoint(end: DemoEnd, service: string | null, family: 'IPv4' | 'IPv6', random: SeededRandom): ObservedEndpoint {
  switch (end.kind) {
    case 'pod':
      return podEndpoint(end.pod, service, family)
    case 'outsider':
      return outsideEndpoint(end.outsider, end.outsider.pick(random, family), serviceName(service))
    case 'machine':
      return {
        ip: end.address,
        namespace: null,
        pod: null,
        workload: null,
        service: null,
        entity: 'host',
        names: [],
        labels: [],
      }
  }
}

/** Ends are shared between flows: there are a few hundred of them and many thousand flows. */
const sharedEnds = new WeakMap<DemoPod, Map<string, ObservedEndpoint>>()

function podEndpoint(pod: DemoPod, service: string | null, family: 'IPv4' | 'IPv6'): ObservedEndpoint {
  let ends = sharedEnds.get(pod)
  if (ends === undefined) {
    ends = new Map()
    sharedEnds.set(pod, ends)
  }
  const key = `${family} ${service}`
  const known = ends.get(key)
  if (known !== undefined) return known
  const made: ObservedEndpoint = {
    ip: pod.ips[family === 'IPv4' ? 0 : 1],
    namespace: pod.namespace,
    pod: pod.name,
    workload: { name: pod.workload.name, kind: pod.workload.kind },
    service: serviceName(service),
    entity: null,
    names: [],
    labels: [],
  }
  ends.set(key, made)
  return made
}

function serviceName(service: string | null): ObservedEndpoint['service'] {
  if (service === null) return null
  const [namespace = '', name = ''] = service.split('/')
  return { namespace, name }
}
