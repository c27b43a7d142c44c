import type { Cluster } from '../cluster'
import { type DoorStanding, PREDICTED } from '../door'
import { serviceRef } from '../names'
import type { RawObject } from '../object'
import { canonicalDnsName } from '../readers/service'
import { SELECT_EVERYTHING } from '../selector'
import { serviceEndpoints } from '../service-endpoints'
import { rangeOf } from './cilium-egress'
import { checkMachines, checkPods, podsOfNamespace, readSelector, selectMachines, selectPods, startReading, titleOf } from './egress-pods'
import { ANYTHING, type EgressDestination, type EgressWay, egressWay } from './egress-way'

/** `k8s.ovn.org/v1 EgressIP`: pods of namespaces leave with addresses that machines hold in turn. */
export function egressIp(cluster: Cluster, raw: RawObject): EgressWay {
  const reading = startReading(cluster, raw)
  const { meta, draft, document, spec } = reading
  const namespaces = readSelector(reading, spec, 'namespaceSelector', ['spec'])
  const wanted = spec.has('podSelector') ? readSelector(reading, spec, 'podSelector', ['spec']) : SELECT_EVERYTHING
  const pods = namespaces === null ? [] : selectPods(cluster, wanted, namespaces)
  checkPods(reading, pods, ['spec', 'namespaceSelector'])
  const items = document.object('status').list('items')
  const isObserved = meta.uid !== null
  const addresses = spec.strings('egressIPs')
  const held = new Set(items.flatMap((item) => item.string('egressIP') ?? []))
  const loose = isObserved ? addresses.filter((address) => !held.has(address)) : []
  if (loose.length > 0) {
    const message = `${titleOf(meta)}: no machine holds ${loose.join(', ')}`
    draft.problem('machine-missing', 'error', message, { meta, path: ['status', 'items'], value: null }, false)
  }
  const standing: DoorStanding =
    held.size === 0
      ? PREDICTED
      : { by: 'status', isOpen: true, text: items.map((item) => `${item.string('egressIP')} on ${item.string('node')}`).join(', ') }
  return egressWay(meta, 'OVN-Kubernetes', pods, draft, {
    addresses,
    machines: [...new Set(items.flatMap((item) => item.string('node') ?? []))],
    standing,
  })
}

/** `k8s.ovn.org/v1 EgressFirewall`: ordered rules for a whole namespace, the first that matches counts. */
export function egressFirewall(cluster: Cluster, raw: RawObject): EgressWay {
  const { meta, draft, spec } = startReading(cluster, raw)
  if (meta.name !== 'default') {
    const message = `${titleOf(meta)} is not called default, the only name that counts: it does nothing`
    draft.problem('selects-nothing', 'error', message, { meta, path: ['metadata', 'name'], value: meta.name })
  }
  const lines: string[] = []
  const destinations: EgressDestination[] = []
  for (const rule of spec.list('egress')) {
    const to = rule.object('to')
    const name = to.string('dnsName')
    const range = to.string('cidrSelector')
    const ports = rule.list('ports').map((port) => `${port.string('protocol') ?? 'TCP'} ${port.port('port') ?? ''}`)
    const what = name ?? range ?? 'machines'
    const type = rule.string('type') ?? 'Deny'
    lines.push(`${type === 'Allow' ? 'allow' : 'deny'} ${what}${ports.length > 0 ? ` (${ports.join(', ')})` : ''}`)
    if (type !== 'Allow') continue
    const note = ports.join(', ')
    if (name !== null) destinations.push({ ...ANYTHING, kind: 'name', text: canonicalDnsName(name), note })
    else if (range !== null) destinations.push({ ...rangeOf(range), note })
  }
  const pods = podsOfNamespace(cluster, meta.namespace ?? '')
  return egressWay(meta, 'OVN-Kubernetes', pods, draft, {
    destinations,
    facts: [{ name: 'rules, first match', value: lines.join('; ') || 'none' }],
  })
}

/** `k8s.ovn.org/v1 EgressService`: pods of a Service leave with the address of its load balancer. */
export function egressService(cluster: Cluster, raw: RawObject): EgressWay {
  const reading = startReading(cluster, raw)
  const { meta, draft, document, spec } = reading
  const namespace = meta.namespace ?? ''
  const service = cluster.services.get(serviceRef(namespace, meta.name))
  if (service === undefined && !cluster.unread.has('/Service')) {
    const message = `${titleOf(meta)} is for a Service ${namespace}/${meta.name}, which does not exist`
    draft.problem('selects-nothing', 'error', message, { meta, path: ['metadata', 'name'], value: meta.name })
  }
  const refs = service === undefined ? [] : serviceEndpoints(cluster, service).flatMap(({ pod }) => pod ?? [])
  const pods = refs.flatMap((ref) => cluster.pods.get(ref) ?? [])
  const selector = spec.has('nodeSelector') ? readSelector(reading, spec, 'nodeSelector', ['spec']) : null
  if (selector !== null) checkMachines(reading, selectMachines(cluster, selector), ['spec', 'nodeSelector'])
  const host = document.object('status').string('host')
  return egressWay(meta, 'OVN-Kubernetes', pods, draft, {
    addresses: service?.loadBalancer.ingress.flatMap(({ ip }) => ip ?? []) ?? [],
    machines: host ? [host] : [],
    facts: [{ name: 'address', value: spec.string('sourceIPBy') ?? 'LoadBalancerIP' }],
    standing: host ? { by: 'status', isOpen: true, text: `on ${host}` } : PREDICTED,
  })
}

/** `k8s.ovn.org/v1 AdminPolicyBasedExternalRoute`: namespaces leave through routers of the administrator. */
export function externalRoute(cluster: Cluster, raw: RawObject): EgressWay {
  const reading = startReading(cluster, raw)
  const { meta, draft, spec } = reading
  const namespaces = readSelector(reading, spec.object('from'), 'namespaceSelector', ['spec', 'from'])
  const pods = namespaces === null ? [] : selectPods(cluster, SELECT_EVERYTHING, namespaces)
  checkPods(reading, pods, ['spec', 'from', 'namespaceSelector'])
  const hops = spec.object('nextHops')
  return egressWay(meta, 'OVN-Kubernetes', pods, draft, {
    facts: [
      {
        name: 'next hops',
        value:
          hops
            .list('static')
            .flatMap((hop) => hop.string('ip') ?? [])
            .join(', ') || 'pods that routes select',
      },
    ],
  })
}
