import type { Finder } from '../finder'
import { findClosedTunnels } from './closed-tunnels'
import { findMissingProxies } from './missing-proxies'
import { findContraryRules, findPlainClients } from './plain-clients'
import { findNobodyLetIn, findRefusedClients } from './refused-clients'
import { findUnnamedPorts } from './unnamed-ports'

/** MS-01 to MS-03, MS-05 and MS-06, as far as objects show them. */
export const MESH_FINDERS: readonly Finder[] = [findMissingProxies, findContraryRules, findClosedTunnels, findNobodyLetIn, findUnnamedPorts]

/** MS-02 and MS-05 by what was seen. */
export const MESH_MOMENT_FINDERS: readonly Finder[] = [findPlainClients, findRefusedClients]
