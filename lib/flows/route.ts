import { parseAddress } from '../model/address'
import { addressScope } from '../model/address-scope'
import type { Flow, FlowEndpoint } from './flow'

/**
 * What stays the same from flow to flow between two ends on one port: who they are, what the policies say, and where those
 * who look the pair up again and again have found it.
 */
export type Route = {
  readonly source: FlowEndpoint
  readonly destination: FlowEndpoint
  /**
   * What the next reading of the cluster may change: `provisional` when an end is not known yet, `by-address` when it is who
   * held an address as far as that is told.
   */
  readonly naming: 'final' | 'by-address' | 'provisional'
  /** null while nobody asked the policies. */
  computed: Flow['computed']
  readonly connection: ConnectionNote
  readonly edge: EdgeNote
}

/** The numbers of both ends where connections are told apart, as of a generation there. -1 for an end without a name. */
export type ConnectionNote = { generation: number; source: number; destination: number }

/** The edge's id in the window. An id is given out again; the stamp tells whether it is still the same edge. */
export type EdgeNote = { id: number; stamp: number }

export function createRoute(source: FlowEndpoint, destination: FlowEndpoint): Route {
  const isProvisional = mayBeNamedLater(source) || mayBeNamedLater(destination)
  const naming = isProvisional ? 'provisional' : isByAddress(source) || isByAddress(destination) ? 'by-address' : 'final'
  return { source, destination, naming, computed: null, connection: newConnectionNote(), edge: newEdgeNote() }
}

export function newConnectionNote(): ConnectionNote {
  return { generation: -1, source: -1, destination: -1 }
}

export function newEdgeNote(): EdgeNote {
  return { id: -1, stamp: -1 }
}

/** An address inside that nobody holds, or a pod that is not known. */
function mayBeNamedLater({ ref, ip, pod, workload, candidates }: FlowEndpoint): boolean {
  if (pod !== null) return workload === null
  if (ip === null || candidates.length > 0 || !ref.startsWith('ip:')) return false
  const address = parseAddress(ip)
  return address !== null && addressScope(address) === 'private'
}

/** Named through an address inside, which others may hold by then. Addresses outside are grouped. */
function isByAddress({ identity, ip, group }: FlowEndpoint): boolean {
  return identity !== 'stated' && ip !== null && group === null
}
