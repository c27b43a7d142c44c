import type { SourceDocument } from '@/lib/model/source-document'
import { stableUid } from './seeded-random'

/** One machine of the demo cluster. */
export type Machine = {
  readonly name: string
  readonly zone: string
  /** IPv4, then IPv6. */
  readonly addresses: readonly [string, string]
  readonly podCidrs: readonly [string, string]
}

const ZONES = ['north-a', 'north-b', 'north-c']

/** Six machines in three zones, ordered so that neighbours stand in different zones. */
export const MACHINES: readonly Machine[] = Array.from({ length: 6 }, (_, index) => {
  const zone = ZONES[index % ZONES.length] ?? ''
  return {
    name: `${zone}-${index < ZONES.length ? 1 : 2}`,
    zone,
    addresses: [`10.20.0.${11 + index}`, `fd20::${11 + index}`],
    podCidrs: [`10.42.${index + 1}.0/24`, `fd42:0:0:${index + 1}::/64`],
  }
})

/** Both addresses of the pod in the given place of a machine's ranges; `machine` is a position in `MACHINES`. */
export function podAddresses(machine: number, place: number): readonly [string, string] {
  return [`10.42.${machine + 1}.${place}`, `fd42:0:0:${machine + 1}::${place.toString(16)}`]
}

export function machineDocuments(): SourceDocument[] {
  return MACHINES.map((machine) => ({
    origin: null,
    body: {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: machine.name,
        uid: stableUid(`node/${machine.name}`),
        labels: { 'kubernetes.io/hostname': machine.name, 'topology.kubernetes.io/zone': machine.zone },
      },
      spec: { podCIDR: machine.podCidrs[0], podCIDRs: [...machine.podCidrs] },
      status: {
        addresses: [...machine.addresses.map((address) => ({ type: 'InternalIP', address })), { type: 'Hostname', address: machine.name }],
        conditions: [{ type: 'Ready', status: 'True' }],
        nodeInfo: { kubeletVersion: 'v1.36.2' },
      },
    },
  }))
}
