import type { Finder } from '../finder'
import { findDeadDns, findDeafPods } from './dns-servers'
import { findMissingNames } from './missing-names'

/** DN-01 and DN-02. */
export const DNS_FINDERS: readonly Finder[] = [findDeadDns, findDeafPods]

/** DN-03 and DN-04. */
export const DNS_MOMENT_FINDERS: readonly Finder[] = [findMissingNames]
