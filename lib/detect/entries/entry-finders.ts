import type { Finder } from '../finder'
import { findAliasEnds } from './alias-ends'
import { findCertificateCover } from './certificate-cover'
import { findClassControllers, findDefaultClasses } from './class-controllers'
import { findDoorProblems } from './door-problems'
import { findEgressProblems } from './egress-problems'
import { findForeignHosts } from './foreign-hosts'
import { findMeshReferences } from './mesh-references'

/** MS-04, EG-01 to EG-03, IN-06 and IN-07 of a class, SV-06. */
export const ENTRY_FINDERS: readonly Finder[] = [
  findMeshReferences,
  findEgressProblems,
  findClassControllers,
  findDefaultClasses,
  findAliasEnds,
  findForeignHosts,
]

/** IN-01 to IN-08, GW-01 to GW-10, TR-01, MS-04 of doors: some are late only after a while, and certificates end. */
export const ENTRY_MOMENT_FINDERS: readonly Finder[] = [findDoorProblems, findCertificateCover]
