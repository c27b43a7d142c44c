import { formatCidr, parseCidr } from '../address'
import type { Cluster, Pod } from '../cluster'
import type { Fields } from '../fields'
import type { Labels } from '../labels'
import type { RawObject } from '../object'
import { checkMachines, checkPods, readSelector, selectMachines, selectPods, startReading } from './egress-pods'
import { ANYTHING, type EgressDestination, type EgressWay, egressWay } from './egress-way'

/** `cilium.io/v2 CiliumEgressGatewayPolicy`: selected pods leave through a machine, with an address of it. */
export function ciliumEgress(cluster: Cluster, raw: RawObject): EgressWay {
  const reading = startReading(cluster, raw)
  const { meta, draft, spec } = reading
  const pods = new Map<string, Pod>()
  spec.list('selectors').forEach((selector, index) => {
    const at = ['spec', 'selectors', index]
    const wanted = readSelector(reading, selector, 'podSelector', at)
    const namespaces = selector.has('namespaceSelector') ? readSelector(reading, selector, 'namespaceSelector', at) : null
    for (const pod of selectPods(cluster, wanted, namespaces, labelsOf)) pods.set(pod.ref, pod)
  })
  checkPods(reading, [...pods.values()], ['spec', 'selectors'])

  const gateways: readonly (readonly [Fields, readonly (string | number)[]])[] = [
    ...(spec.has('egressGateway') ? [[spec.object('egressGateway'), ['spec', 'egressGateway']] as const] : []),
    ...spec.list('egressGateways').map((gateway, index) => [gateway, ['spec', 'egressGateways', index]] as const),
  ]
  const machines = new Set<string>()
  for (const [gateway, at] of gateways) {
    const wanted = readSelector(reading, gateway, 'nodeSelector', at)
    const found = selectMachines(cluster, wanted)
    for (const { name } of found) machines.add(name)
    if (wanted !== null) checkMachines(reading, found, [...at, 'nodeSelector'])
  }
  if (isSwitchedOn(cluster) === 'no') {
    const message = 'Cilium runs without enable-egress-gateway: nobody carries the policy out'
    draft.problem('machine-missing', 'error', message, { meta, path: ['spec', 'egressGateway'], value: null })
  }
  const excluded = spec.strings('excludedCIDRs')
  const interfaces = gateways.flatMap(([gateway]) => gateway.string('interface') || [])
  return egressWay(meta, 'Cilium', [...pods.values()], draft, {
    addresses: gateways.flatMap(([gateway]) => gateway.string('egressIP') || []),
    machines: [...machines],
    destinations: spec.strings('destinationCIDRs').map(rangeOf),
    facts: [
      ...(excluded.length > 0 ? [{ name: 'except', value: excluded.join(', ') }] : []),
      ...(interfaces.length > 0 ? [{ name: 'interface', value: interfaces.join(', ') }] : []),
      { name: 'egress gateways of Cilium', value: SWITCH_WORDS[isSwitchedOn(cluster)] },
    ],
  })
}

/** Cilium knows the namespace of a pod as one of its labels. */
function labelsOf({ labels, namespace }: Pod): Labels {
  return new Map([...labels, ['io.kubernetes.pod.namespace', namespace]])
}

/** A range of destinations; all addresses are anything. */
export function rangeOf(text: string): EgressDestination {
  const cidr = parseCidr(text)
  if (cidr === null) return { ...ANYTHING, kind: 'range', text, works: false, note: 'no address range' }
  return text === '0.0.0.0/0' || text === '::/0' ? ANYTHING : { ...ANYTHING, kind: 'range', text: formatCidr(cidr) }
}

const SWITCH_WORDS = { yes: 'switched on', no: 'switched off', unknown: 'perhaps switched on: its configuration is not seen' } as const

/** Off unless the configuration of Cilium says otherwise; older versions have another word for it. */
function isSwitchedOn(cluster: Cluster): 'yes' | 'no' | 'unknown' {
  const settings = cluster.settings.get('kube-system/cilium-config')
  if (settings === undefined || settings.size === 0) return 'unknown'
  const value = settings.get('enable-egress-gateway') ?? settings.get('enable-ipv4-egress-gateway')
  return value === 'true' ? 'yes' : 'no'
}
