import type { Cluster } from '../cluster'
import { type DoorStanding, PREDICTED } from '../door'
import { DoorDraft } from '../doors/door-draft'
import { serviceRef } from '../names'
import type { RawObject } from '../object'
import { canonicalDnsName } from '../readers/service'
import { SELECT_EVERYTHING } from '../selector'
import { serviceEndpoints } from '../service-endpoints'
import { rangeOf } from './cilium-egress'
import { checkMachines, checkPods, readSelector, selectMachines, selectPods, titleOf, workloadsOf } from './egress-pods'
import { ANYTHING, type EgressDestination, type EgressWay } from './egress-way'
import { rawFields } from './raw-fields'

/** `k8s.ovn.org/v1 EgressIP`: pods of namespaces leave with addresses that machines hold in turn. */
export function egressIp(cluster: Cluster, raw: RawObject): EgressWay {
  const { meta } = raw
  const draft = new DoorDraft()
  const reading = { cluster, meta, draft }
  const document = rawFields(raw)
  const spec = document.object('spec')
  const namespaces = readSelector(reading, spec, 'namespaceSelector', ['spec'])
  const wanted = spec.has('podSelector') ? readSelector(reading, spec, 'podSelector', ['spec']) : SELECT_EVERYTHING
  const pods = namespaces === null ? [] : selectPods(cluster, wanted, namespaces, null)
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
  return {
    id: `EgressIP:${meta.name}`,
    kind: 'EgressIP',
    system: 'OVN-Kubernetes',
    namespace: null,
    name: meta.name,
    meta,
    sources: workloadsOf(pods),
    pods: pods.length,
    addresses,
    machines: [...new Set(items.flatMap((item) => item.string('node') ?? []))],
    proxies: [],
    destinations: [ANYTHING],
    facts: [],
    standing,
    problems: draft.problems,
  }
}

/** `k8s.ovn.org/v1 EgressFirewall`: ordered rules for a whole namespace, the first that matches counts. */
export function egressFirewall(cluster: Cluster, raw: RawObject): EgressWay {
  const { meta } = raw
  const namespace = meta.namespace ?? ''
  const draft = new DoorDraft()
  const rules = rawFields(raw).object('spec').list('egress')
  if (meta.name !== 'default') {
    const message = `${titleOf(meta)} is not called default, the only name that counts: it does nothing`
    draft.problem('selects-nothing', 'error', message, { meta, path: ['metadata', 'name'], value: meta.name })
  }
  const lines: string[] = []
  const destinations: EgressDestination[] = []
  for (const rule of rules) {
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
  const pods = selectPods(cluster, SELECT_EVERYTHING, null, namespace)
  return {
    id: `EgressFirewall:${namespace}/${meta.name}`,
    kind: 'EgressFirewall',
    system: 'OVN-Kubernetes',
    namespace,
    name: meta.name,
    meta,
    sources: workloadsOf(pods),
    pods: pods.length,
    addresses: [],
    machines: [],
    proxies: [],
    destinations,
    facts: [{ name: 'rules, first match', value: lines.join('; ') || 'none' }],
    standing: PREDICTED,
    problems: draft.problems,
  }
}

/** `k8s.ovn.org/v1 EgressService`: pods of a Service leave with the address of its load balancer. */
export function egressService(cluster: Cluster, raw: RawObject): EgressWay {
  const { meta } = raw
  const namespace = meta.namespace ?? ''
  const draft = new DoorDraft()
  const reading = { cluster, meta, draft }
  const document = rawFields(raw)
  const spec = document.object('spec')
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
  return {
    id: `EgressService:${namespace}/${meta.name}`,
    kind: 'EgressService',
    system: 'OVN-Kubernetes',
    namespace,
    name: meta.name,
    meta,
    sources: workloadsOf(pods),
    pods: pods.length,
    addresses: service?.loadBalancer.ingress.flatMap(({ ip }) => ip ?? []) ?? [],
    machines: host ? [host] : [],
    proxies: [],
    destinations: [ANYTHING],
    facts: [{ name: 'address', value: spec.string('sourceIPBy') ?? 'LoadBalancerIP' }],
    standing: host ? { by: 'status', isOpen: true, text: `on ${host}` } : PREDICTED,
    problems: draft.problems,
  }
}

/** `k8s.ovn.org/v1 AdminPolicyBasedExternalRoute`: namespaces leave through routers of the administrator. */
export function externalRoute(cluster: Cluster, raw: RawObject): EgressWay {
  const { meta } = raw
  const draft = new DoorDraft()
  const reading = { cluster, meta, draft }
  const spec = rawFields(raw).object('spec')
  const namespaces = readSelector(reading, spec.object('from'), 'namespaceSelector', ['spec', 'from'])
  const pods = namespaces === null ? [] : selectPods(cluster, SELECT_EVERYTHING, namespaces, null)
  checkPods(reading, pods, ['spec', 'from', 'namespaceSelector'])
  const hops = spec.object('nextHops')
  return {
    id: `AdminPolicyBasedExternalRoute:${meta.name}`,
    kind: 'AdminPolicyBasedExternalRoute',
    system: 'OVN-Kubernetes',
    namespace: null,
    name: meta.name,
    meta,
    sources: workloadsOf(pods),
    pods: pods.length,
    addresses: [],
    machines: [],
    proxies: [],
    destinations: [ANYTHING],
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
    standing: PREDICTED,
    problems: draft.problems,
  }
}
