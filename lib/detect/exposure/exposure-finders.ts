import type { Finder } from '../finder'
import { findExposedWorkloads } from './exposed-workloads'
import { findMissingSources } from './missing-sources'
import { findReplicaBalance } from './replica-balance'
import { findSingleEndpoints } from './single-endpoint'

/** LB-03 and EX-01. */
export const EXPOSURE_FINDERS: readonly Finder[] = [findSingleEndpoints, findExposedWorkloads]

/** LB-01, LB-02 and MO-01. */
export const EXPOSURE_MOMENT_FINDERS: readonly Finder[] = [findReplicaBalance, findMissingSources]
