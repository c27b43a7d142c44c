import type { Cluster } from '../cluster'

/** Whether Traefik follows references into other namespaces, which its flags say. `unknown` while no reader shows them. */
export function traefikAllowsCrossNamespace(_cluster: Cluster): 'yes' | 'no' | 'unknown' {
  return 'unknown'
}
