import type { Cluster } from './cluster'
import type { Door } from './door'
import { contourDoors } from './doors/contour-doors'
import { istioDoors } from './doors/istio-doors'
import { nginxDoors } from './doors/nginx-doors'
import { openShiftDoors } from './doors/openshift-doors'
import { traefikDoors } from './doors/traefik-doors'
import { gatewayDoors } from './gateway-doors'
import { hostDoors } from './host-doors'
import { ingressDoors } from './ingress-doors'
import { serviceDoors } from './service-doors'

/** Every way into the cluster that its objects declare. */
export function resolveDoors(cluster: Cluster): readonly Door[] {
  const known = doors.get(cluster)
  if (known !== undefined) return known
  const made = [
    ...ingressDoors(cluster),
    ...gatewayDoors(cluster),
    ...istioDoors(cluster),
    ...traefikDoors(cluster),
    ...openShiftDoors(cluster),
    ...nginxDoors(cluster),
    ...contourDoors(cluster),
    ...serviceDoors(cluster),
    ...hostDoors(cluster),
  ]
  doors.set(cluster, made)
  return made
}

/** The map, the panels and several detectors ask for the same doors. */
const doors = new WeakMap<Cluster, readonly Door[]>()
