import type { Cluster } from '../cluster'
import type { RawObject } from '../object'
import { SELECT_EVERYTHING } from '../selector'
import { rangeOf } from './cilium-egress'
import { podsOfNamespace, selectPods, startReading } from './egress-pods'
import { ANYTHING, type EgressDestination, type EgressWay, egressWay } from './egress-way'

/** Networks of this namespace count for the whole cluster. */
const GLOBAL_NAMESPACE = 'linkerd-egress'

/** `policy.linkerd.io EgressNetwork`: where proxies of the mesh may go outside, with the routes attached to it. */
export function linkerdEgress(cluster: Cluster, raw: RawObject): EgressWay {
  const { meta, draft, spec } = startReading(cluster, raw)
  const namespace = meta.namespace ?? ''
  const near = namespace === GLOBAL_NAMESPACE ? selectPods(cluster, SELECT_EVERYTHING, null) : podsOfNamespace(cluster, namespace)
  const pods = near.filter(({ containers }) => containers.some(({ name }) => name === 'linkerd-proxy'))
  const routes = cluster.routes.filter(({ parents }) =>
    parents.some((parent) => parent.kind === 'EgressNetwork' && parent.namespace === namespace && parent.name === meta.name),
  )
  const isAllowed = spec.string('trafficPolicy') !== 'Deny'
  const networks: readonly EgressDestination[] = spec.list('networks').flatMap((network) => {
    const cidr = network.string('cidr')
    const except = network.strings('except')
    return cidr === null ? [] : [{ ...rangeOf(cidr), note: except.length > 0 ? `except ${except.join(', ')}` : '' }]
  })
  const named = routes.flatMap((route) =>
    route.hostnames.map((host): EgressDestination => ({ ...ANYTHING, kind: 'name', text: host, note: `${route.kind} ${route.name}` })),
  )
  return egressWay(meta, 'Linkerd', pods, draft, {
    // Denied by default, only what routes name gets out.
    destinations: isAllowed ? [...(networks.length > 0 ? networks : [ANYTHING]), ...named] : named,
    facts: [{ name: 'what no route names', value: isAllowed ? 'allowed' : 'denied' }],
  })
}
