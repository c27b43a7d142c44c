import type { Finder } from '../finder'
import { findContainerPorts } from './container-ports'
import { findAddressesOutside, findPodsWithoutAddress, findSharedAddresses } from './pod-addresses'
import { findReusedAddresses } from './reused-addresses'
import { findUnreadyMachines } from './unready-machines'

/** PP-02 to PP-04, CT-01 and CT-02. */
export const POD_FINDERS: readonly Finder[] = [findAddressesOutside, findSharedAddresses, findUnreadyMachines, findContainerPorts]

/** PP-01 and IP-01. */
export const POD_MOMENT_FINDERS: readonly Finder[] = [findPodsWithoutAddress, findReusedAddresses]
