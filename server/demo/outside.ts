import type { ObservedEndpoint } from '@/lib/flows/flow'
import type { SeededRandom } from './seeded-random'

/**
 * Who talks with the cluster from outside. Addresses are of the ranges that are reserved for documentation (RFC 5737,
 * RFC 3849), names end in the reserved `.example`, so nobody is meant.
 */
export type Outsider = {
  readonly key: string
  /** Stands for all its addresses in questions to the policies. */
  readonly address: string
  /** What the source saw in DNS answers for the address. */
  readonly name: string | null
  readonly entity: 'world' | 'kube-apiserver'
  /** One of its addresses; most have only one. */
  readonly pick: (random: SeededRandom, family: 'IPv4' | 'IPv6') => string
}

function provider(key: string, address: string, name: string | null): Outsider {
  return { key, address, name, entity: 'world', pick: () => address }
}

export const OUTSIDERS: readonly Outsider[] = [
  {
    key: 'passengers',
    address: '198.51.100.7',
    name: null,
    entity: 'world',
    pick: (random, family) =>
      family === 'IPv6' ? `2001:db8:c1::${(1 + random.below(4000)).toString(16)}` : `198.51.100.${1 + random.below(220)}`,
  },
  { key: 'partners', address: '198.51.100.240', name: null, entity: 'world', pick: (random) => `198.51.100.${240 + random.below(6)}` },
  { key: 'harbour-terminals', address: '192.0.2.10', name: null, entity: 'world', pick: (random) => `192.0.2.${10 + random.below(24)}` },
  provider('card-provider', '203.0.113.70', 'api.cardbridge.example'),
  provider('card-hooks', '203.0.113.71', null),
  provider('card-telemetry', '203.0.113.90', 'telemetry.cardbridge.example'),
  provider('object-storage', '203.0.113.129', 'objects.fjordstore.example'),
  provider('timetable-source', '203.0.113.150', 'timetables.harbourdata.example'),
  provider('pager', '203.0.113.161', 'events.callout.example'),
  provider('mail-provider', '203.0.113.200', 'smtp.letterbird.example'),
  provider('resolver', '203.0.113.53', null),
  provider('harbour-database', '172.28.8.15', null),
  { key: 'api-server', address: '10.20.0.2', name: null, entity: 'kube-apiserver', pick: (random) => `10.20.0.${2 + random.below(3)}` },
]

export function outsideEndpoint(outsider: Outsider, ip: string, service: ObservedEndpoint['service']): ObservedEndpoint {
  const names = outsider.name === null ? [] : [outsider.name]
  return { ip, namespace: null, pod: null, workload: null, service, entity: outsider.entity, names, labels: [] }
}
