import type { Flow, FlowEndpoint } from './flow'

/**
 * What stays the same from flow to flow between two ends on one port: who they are, what the policies say, and where those
 * who look the pair up again and again have found it.
 */
export type Route = {
  readonly source: FlowEndpoint
  readonly destination: FlowEndpoint
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
  return { source, destination, computed: null, connection: newConnectionNote(), edge: newEdgeNote() }
}

export function newConnectionNote(): ConnectionNote {
  return { generation: -1, source: -1, destination: -1 }
}

export function newEdgeNote(): EdgeNote {
  return { id: -1, stamp: -1 }
}
