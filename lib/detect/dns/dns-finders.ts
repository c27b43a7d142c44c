import type { Finder } from '../finder'
import { findMissingNames } from './missing-names'

/** DN-03 and DN-04. */
export const DNS_MOMENT_FINDERS: readonly Finder[] = [findMissingNames]
