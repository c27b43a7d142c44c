import type { Cluster } from './cluster'
import type { Door } from './door'
import { gatewayDoors } from './gateway-doors'
import { hostDoors } from './host-doors'
import { ingressDoors } from './ingress-doors'
import { serviceDoors } from './service-doors'

/** Every way into the cluster that its objects declare. */
export function resolveDoors(cluster: Cluster): readonly Door[] {
  return [...ingressDoors(cluster), ...gatewayDoors(cluster), ...serviceDoors(cluster), ...hostDoors(cluster)]
}
