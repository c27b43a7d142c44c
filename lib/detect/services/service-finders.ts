import type { Finder } from '../finder'
import { findClientAffinity } from './client-affinity'
import { findGoverningServices } from './governing-services'
import { findHeadlessSettings } from './headless-settings'
import { findLocalTraffic, findUnreachedLocally } from './local-traffic'
import { findNothingReady } from './nothing-ready'
import { findOpenedTwice } from './opened-twice'
import { findPendingLoadBalancers } from './pending-load-balancers'
import { findSelectsNothing } from './selects-nothing'
import { findSeveralWorkloads } from './several-workloads'
import { findStraySlices } from './stray-slices'
import { findTargetPorts } from './target-ports'
import { findTopologyHints } from './topology-hints'
import { findUnreadyTraffic } from './unready-traffic'

/** SV-01 to SV-05, SV-08 and SV-10 to SV-18. */
export const SERVICE_FINDERS: readonly Finder[] = [
  findSelectsNothing,
  findNothingReady,
  findTargetPorts,
  findSeveralWorkloads,
  findLocalTraffic,
  findOpenedTwice,
  findHeadlessSettings,
  findClientAffinity,
  findUnreadyTraffic,
  findTopologyHints,
  findGoverningServices,
  findStraySlices,
]

/** SV-07 and SV-09. */
export const SERVICE_MOMENT_FINDERS: readonly Finder[] = [findPendingLoadBalancers, findUnreachedLocally]
