import type { ObservedEndpoint } from '@/lib/flows/flow'

/** An end of which nothing is said. */
export const NOWHERE: ObservedEndpoint = {
  ip: null,
  namespace: null,
  pod: null,
  workload: null,
  service: null,
  entity: null,
  names: [],
  labels: [],
}
