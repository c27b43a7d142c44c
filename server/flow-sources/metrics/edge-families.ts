import { BYTE_FAMILIES } from './byte-metrics'
import type { EdgeFamily } from './edge-family'
import { HUBBLE_FAMILIES } from './hubble-metrics'
import { ISTIO_FAMILIES } from './istio-metrics'
import { LINKERD_FAMILIES } from './linkerd-metrics'
import { SERVICE_GRAPH_FAMILY } from './service-graph-metrics'

/** Every kind of metric that is read as edges. A family stands behind those it is `countedBy`. */
export const EDGE_FAMILIES: readonly EdgeFamily[] = [
  ...HUBBLE_FAMILIES,
  ...ISTIO_FAMILIES,
  ...LINKERD_FAMILIES,
  ...BYTE_FAMILIES,
  SERVICE_GRAPH_FAMILY,
]
