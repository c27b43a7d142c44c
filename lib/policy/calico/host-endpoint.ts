import type { Fields } from '../../model/fields'
import type { Labels } from '../../model/labels'
import type { RawObject } from '../../model/object'
import { MAX_PORT, MIN_PORT, PROTOCOLS, type Protocol } from '../../model/protocol'
import { type AddressSet, NO_ADDRESSES } from '../address-set'
import { allowOnly } from '../policy-fields'
import { readAddresses } from './labelled-addresses'

/** One HostEndpoint: an interface, or all interfaces, of a machine. */
export type HostEndpoint = {
  readonly name: string
  readonly labels: Labels
  /** Name of the machine; null when the object does not say. */
  readonly node: string | null
  /** True when it stands for every interface that no other HostEndpoint of the machine stands for. */
  readonly isForAllInterfaces: boolean
  /** `expectedIPs`; empty when the object names none. */
  readonly addresses: AddressSet
  readonly profiles: readonly string[]
  readonly ports: readonly HostPort[]
  readonly isUnderstood: boolean
  readonly raw: RawObject
}

export type HostPort = { readonly name: string; readonly protocol: Protocol; readonly port: number }

export function readHostEndpoint(raw: RawObject, spec: Fields): HostEndpoint {
  allowOnly(spec, ['node', 'interfaceName', 'expectedIPs', 'profiles', 'ports'])
  const addresses = readAddresses(spec, 'expectedIPs')
  const node = spec.string('node')
  return {
    name: raw.meta.name,
    labels: raw.meta.labels,
    node: node === '' ? null : node,
    isForAllInterfaces: spec.string('interfaceName') === '*',
    addresses: addresses ?? NO_ADDRESSES,
    profiles: spec.strings('profiles'),
    ports: spec.list('ports').flatMap(readPort),
    isUnderstood: addresses !== null,
    raw,
  }
}

function readPort(fields: Fields): readonly HostPort[] {
  const name = fields.string('name')
  const port = fields.integer('port', MIN_PORT, MAX_PORT)
  const text = fields.text('protocol')?.toUpperCase()
  const protocol = PROTOCOLS.find((candidate) => candidate === text)
  if (protocol === undefined) fields.problem('protocol', `"${text ?? ''}" is not one of ${PROTOCOLS.join(', ')}`)
  return name === null || port === null || protocol === undefined ? [] : [{ name, protocol, port }]
}
