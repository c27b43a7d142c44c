import type { Finder } from '../finder'
import { findServiceFamilies } from './service-families'

/** DS-01 to DS-03; DS-04 is about policies. */
export const DUAL_STACK_FINDERS: readonly Finder[] = [findServiceFamilies]
