import { parseAddressOrCidr } from '../../model/address'
import type { Cluster } from '../../model/cluster'
import { Fields } from '../../model/fields'
import { policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import { MAX_PORT, PROTOCOLS, type Protocol } from '../../model/protocol'
import { documentOf } from '../../model/raw-object'
import { addressSetOf } from '../address-set'
import { allOthers, type CompiledRule, EVERYBODY } from '../compiled-policy'
import { addressesTerm, type Condition } from '../end-term'
import { vendorOf } from '../profile'
import type { AppliedTier } from '../tiers'
import type { Direction } from '../types'
import type { CalicoContext } from './calico-context'

type FailsafePort = { readonly protocol: Protocol; readonly port: number; readonly net: string | null }

/** Ports that stay open on host endpoints unless a FelixConfiguration says otherwise. Source: felix/config. */
const tcp = (port: number): FailsafePort => ({ protocol: 'TCP', port, net: null })
const udp = (port: number): FailsafePort => ({ protocol: 'UDP', port, net: null })
const SHARED = [179, 2379, 2380, 5473, 6443, 6666, 6667].map(tcp)
const STANDARD: Readonly<Record<Direction, readonly FailsafePort[]>> = {
  ingress: [tcp(22), udp(68), ...SHARED],
  egress: [udp(53), udp(67), ...SHARED],
}
const SETTINGS = { ingress: 'failsafeInboundHostPorts', egress: 'failsafeOutboundHostPorts' } as const

/** What is let through before any policy of a host endpoint is asked. */
export function failsafeTier(context: CalicoContext): AppliedTier {
  const configuration = findConfiguration(context.cluster)
  const raw = configuration ?? NO_OBJECT
  const read = (direction: Direction): readonly CompiledRule[] =>
    readPorts(direction, configuration).map((port) => ruleFor(direction, port, context))
  const direction = (rules: readonly CompiledRule[]) => ({ applies: 'yes', isolates: 'no', rules }) as const
  return {
    name: 'failsafe',
    mode: 'first-match',
    policies: [
      {
        ref: policyRef('FelixConfiguration', null, 'default'),
        kind: 'FelixConfiguration',
        namespace: null,
        name: 'default',
        raw,
        tier: 'failsafe',
        order: 0,
        subject: [],
        ingress: direction(read('ingress')),
        egress: direction(read('egress')),
      },
    ],
  }
}

function findConfiguration({ networkObjects }: Cluster): RawObject | null {
  const found = networkObjects.find(
    ({ meta }) => meta.kind === 'FelixConfiguration' && meta.name === 'default' && vendorOf(meta.apiVersion) === 'calico',
  )
  return found ?? null
}

function readPorts(direction: Direction, configuration: RawObject | null): readonly FailsafePort[] {
  const key = SETTINGS[direction]
  const spec = configuration === null ? null : new Fields(configuration.body, documentOf(configuration), () => {}).object('spec')
  if (spec === null || !spec.has(key)) return STANDARD[direction]
  return spec.list(key).flatMap((item): readonly FailsafePort[] => {
    const port = item.port('port')
    const protocol = PROTOCOLS.find((candidate) => candidate === (item.text('protocol') ?? 'TCP').toUpperCase())
    return port === null || protocol === undefined ? [] : [{ protocol, port, net: item.string('net') }]
  })
}

function ruleFor(direction: Direction, { protocol, port, net }: FailsafePort, { sets }: CalicoContext): CompiledRule {
  const cidr = net === null ? null : parseAddressOrCidr(net)
  const peers: readonly Condition[] = net === null ? EVERYBODY : cidr === null ? [] : [[addressesTerm(addressSetOf([cidr]), true, net)]]
  return {
    direction,
    index: -1,
    name: null,
    action: 'allow',
    peers,
    self: [],
    ports: { set: sets.range(protocol, port, Math.min(port, MAX_PORT)), names: [], exceptNames: [], others: allOthers('no') },
    certainty: 'yes',
  }
}

/** Stands for the configuration that nobody wrote. */
const NO_OBJECT: RawObject = {
  meta: {
    apiVersion: 'projectcalico.org/v3',
    kind: 'FelixConfiguration',
    name: 'default',
    namespace: null,
    uid: null,
    labels: new Map(),
    annotations: new Map(),
    owners: [],
    generation: null,
    createdAt: null,
    origin: null,
  },
  body: {},
  locate: null,
}
