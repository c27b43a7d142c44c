import type { Finder } from '../finder'
import { findExposedWorkloads } from './exposed-workloads'
import { findMissingSources } from './missing-sources'
import { findReplicaBalance } from './replica-balance'
import { findSingleEndpoints } from './single-endpoint'

/** LB-01 to LB-03, EX-01 and MO-01. */
export const EXPOSURE_FINDERS: readonly Finder[] = [findReplicaBalance, findSingleEndpoints, findExposedWorkloads, findMissingSources]
