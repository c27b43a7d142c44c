import type { Cluster, Gateway } from '../cluster'
import { DoorDraft, type Place } from '../doors/door-draft'
import { leadsOutOfCluster } from '../doors/egress-listeners'
import { istioHost } from '../doors/istio-hosts'
import { serviceRef } from '../names'
import { attachRoutes, type RouteAttachment } from '../route-attachment'
import { podsOfNamespace, workloadsOf } from './egress-pods'
import { ANYTHING, distinctDestinations, type EgressDestination, type EgressWay, egressWay } from './egress-way'

/** Gateways of the Gateway API whose routes all lead to names outside. */
export function gatewayEgress(cluster: Cluster): readonly EgressWay[] {
  const attachments = attachRoutes(cluster)
  return [...cluster.gateways.values()].flatMap((gateway) => {
    const own = attachments.filter((attachment) => attachment.gateway === gateway)
    return leadsOutOfCluster(own) ? [gatewayWay(cluster, gateway, own, attachments)] : []
  })
}

function gatewayWay(cluster: Cluster, gateway: Gateway, own: readonly RouteAttachment[], all: readonly RouteAttachment[]): EgressWay {
  const { meta, namespace, name, className } = gateway
  const draft = new DoorDraft()
  const destinations = own.flatMap(({ route }) =>
    route.rules.flatMap(({ backends }) =>
      backends.map((backend): EgressDestination => {
        const host = istioHost(cluster, backend.name, route.namespace)
        const isDeclared = host.kind !== 'undeclared' || cluster.unread.has('networking.istio.io/ServiceEntry')
        const at: Place = { meta: route.meta, path: backend.at, value: backend.name }
        if (!isDeclared)
          draft.problem('half-missing', 'warning', `no ServiceEntry declares ${backend.name}: the gateway does not know it`, at)
        return { ...ANYTHING, kind: 'name', text: backend.name, port: backend.port, works: isDeclared }
      }),
    ),
  )
  // The controller calls the Service of a Gateway so.
  const service = serviceRef(namespace, `${name}-${className}`)
  const inward = all.filter(({ route }) =>
    route.rules.some(({ backends }) =>
      backends.some((backend) => backend.kind === 'Service' && serviceRef(backend.namespace, backend.name) === service),
    ),
  )
  if (inward.length === 0 && !cluster.unread.has('gateway.networking.k8s.io/HTTPRoute')) {
    const message = `no route sends what pods call to the egress gateway ${namespace}/${name}`
    draft.problem('half-missing', 'warning', message, { meta, path: ['spec', 'listeners'], value: null })
  }
  const namespaces = new Set(inward.map(({ route }) => route.namespace))
  const pods = [...namespaces].flatMap((space) => podsOfNamespace(cluster, space))
  const proxies = [...cluster.pods.values()].filter(
    (pod) => pod.namespace === namespace && pod.labels.get('gateway.networking.k8s.io/gateway-name') === name,
  )
  return egressWay(meta, 'Gateway API', pods, draft, {
    addresses: gateway.addresses,
    proxies: workloadsOf(proxies),
    destinations: distinctDestinations(destinations),
    facts: [{ name: 'can be bypassed', value: 'yes, unless a NetworkPolicy closes direct egress' }],
  })
}
