import type { Cluster } from '../cluster'
import type { RawObject } from '../object'
import { groupOf } from '../object-kinds'
import { antreaEgress } from './antrea-egress'
import { calicoEgress } from './calico-egress'
import { ciliumEgress } from './cilium-egress'
import type { EgressWay } from './egress-way'
import { gatewayEgress } from './gateway-egress'
import { istioEgress } from './istio-egress'
import { linkerdEgress } from './linkerd-egress'
import { withOverlaps } from './overlaps'
import { egressFirewall, egressIp, egressService, externalRoute } from './ovn-egress'

/** Objects of which each is one way out, by `GROUP/KIND`. */
const READERS: ReadonlyMap<string, (cluster: Cluster, raw: RawObject) => EgressWay> = new Map([
  ['cilium.io/CiliumEgressGatewayPolicy', ciliumEgress],
  ['k8s.ovn.org/EgressIP', egressIp],
  ['k8s.ovn.org/EgressFirewall', egressFirewall],
  ['k8s.ovn.org/EgressService', egressService],
  ['k8s.ovn.org/AdminPolicyBasedExternalRoute', externalRoute],
  ['crd.antrea.io/Egress', antreaEgress],
  ['policy.linkerd.io/EgressNetwork', linkerdEgress],
])

/** Every way out of the cluster that its objects declare or bend. */
export function resolveEgress(cluster: Cluster): readonly EgressWay[] {
  const known = ways.get(cluster)
  if (known !== undefined) return known
  const ofObjects = [...cluster.others, ...cluster.policies].flatMap((raw) => {
    const reader = READERS.get(`${groupOf(raw.meta.apiVersion)}/${raw.meta.kind}`)
    return reader === undefined ? [] : [reader(cluster, raw)]
  })
  const made = withOverlaps([...istioEgress(cluster), ...gatewayEgress(cluster), ...ofObjects, ...calicoEgress(cluster)])
  ways.set(cluster, made)
  return made
}

const ways = new WeakMap<Cluster, readonly EgressWay[]>()
