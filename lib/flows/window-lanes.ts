import type { FlowProtocol } from '../model/protocol'
import type { Flow, FlowEndpoint, FlowPolicy, Verdict } from './flow'

/** Everything that flows summed in one cell have in common. */
export type Lane = {
  readonly edge: number
  readonly source: FlowEndpoint
  readonly destination: FlowEndpoint
  readonly protocol: FlowProtocol
  readonly port: number | null
  readonly verdict: Verdict
  readonly reason: string | null
  readonly policies: readonly FlowPolicy[]
  readonly reporter: string
}

/**
 * Small integers for edges (two ends, protocol, port) and lanes (an edge with verdict, reason, policies and reporter).
 * An id is freed when no bucket uses it any more and given out again.
 */
export class WindowLanes {
  private readonly laneIds = new Map<string, number>()
  private readonly edgeIds = new Map<string, number>()
  private readonly lanes: (Lane | null)[] = []
  private readonly laneKeys: string[] = []
  private readonly laneUses: number[] = []
  private readonly edgeKeys: string[] = []
  private readonly edgeUses: number[] = []
  private readonly freeLanes: number[] = []
  private readonly freeEdges: number[] = []
  private readonly maxEdges: number
  private readonly maxLanes: number

  constructor(maxEdges: number) {
    this.maxEdges = maxEdges
    this.maxLanes = maxEdges * 4
  }

  get edgeCount(): number {
    return this.edgeIds.size
  }

  /** One more than the largest lane id given out so far. */
  get laneBound(): number {
    return this.lanes.length
  }

  /** The lane of a flow; null when the table is full. */
  laneOf(flow: Flow): number | null {
    const edgeKey = edgeKeyOf(flow)
    const key = laneKeyOf(edgeKey, flow)
    const known = this.laneIds.get(key)
    if (known !== undefined) return known
    if (this.laneIds.size >= this.maxLanes) return null
    const edge = this.edgeOf(edgeKey)
    if (edge === null) return null

    const id = this.freeLanes.pop() ?? this.lanes.length
    this.laneIds.set(key, id)
    this.laneKeys[id] = key
    this.laneUses[id] = 0
    this.edgeUses[edge] = (this.edgeUses[edge] ?? 0) + 1
    this.lanes[id] = {
      edge,
      source: flow.source,
      destination: flow.destination,
      protocol: flow.protocol,
      port: flow.port,
      verdict: flow.verdict,
      reason: flow.reason,
      policies: flow.policies,
      reporter: flow.reporter,
    }
    return id
  }

  lane(id: number): Lane {
    const lane = this.lanes[id]
    if (lane === undefined || lane === null) throw new RangeError(`no lane ${id}`)
    return lane
  }

  /** A bucket has a cell for the lane. */
  retain(id: number): void {
    this.laneUses[id] = (this.laneUses[id] ?? 0) + 1
  }

  /** A bucket with a cell for the lane is gone. */
  release(id: number): void {
    const uses = (this.laneUses[id] ?? 0) - 1
    this.laneUses[id] = uses
    if (uses > 0) return
    const { edge } = this.lane(id)
    this.laneIds.delete(this.laneKeys[id] ?? '')
    this.lanes[id] = null
    this.freeLanes.push(id)
    const edgeUses = (this.edgeUses[edge] ?? 0) - 1
    this.edgeUses[edge] = edgeUses
    if (edgeUses > 0) return
    this.edgeIds.delete(this.edgeKeys[edge] ?? '')
    this.freeEdges.push(edge)
  }

  private edgeOf(key: string): number | null {
    const known = this.edgeIds.get(key)
    if (known !== undefined) return known
    if (this.edgeIds.size >= this.maxEdges) return null
    const id = this.freeEdges.pop() ?? this.edgeKeys.length
    this.edgeIds.set(key, id)
    this.edgeKeys[id] = key
    this.edgeUses[id] = 0
    return id
  }
}

/** Refs hold no line break, so it separates them safely. */
function edgeKeyOf(flow: Flow): string {
  return `${flow.source.ref}\n${flow.destination.ref}\n${flow.protocol}\n${flow.port ?? ''}`
}

function laneKeyOf(edgeKey: string, flow: Flow): string {
  let key = `${edgeKey}\n${flow.verdict}\n${flow.reason ?? ''}\n${flow.reporter}`
  for (const policy of flow.policies) key += `\n${policy.policy} ${policy.rule ?? ''} ${policy.confidence}`
  return key
}
