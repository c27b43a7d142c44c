import { type FlowProtocol, PROTOCOL_NUMBERS } from '../model/protocol'
import { CountedTexts } from './counted-texts'
import { FairShares } from './fair-shares'
import type { Flow, FlowEndpoint, FlowPolicy, Verdict } from './flow'
import { NumberTable } from './number-table'
import type { EdgeNote } from './route'
import { TlsSightings } from './tls-sightings'

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

/** A lane and how well its kind of source counts: 0 counts best. */
export type RankedLane = Lane & { readonly rank: number }

/** A lane of the window. */
export type WindowLane = RankedLane & {
  /** Number of the pair of workloads (or of what is none) with protocol and port. */
  readonly site: number
  /** The same with all addresses and names outside of the cluster taken as one. */
  readonly area: number
  /** True when it names a workload and not its pods. */
  readonly isSummary: boolean
  /** True when it says of an end only that it is outside. */
  readonly isWide: boolean
}

/** Numbers that tell an edge from all others. */
type EdgeKey = {
  readonly source: number
  readonly destination: number
  readonly protocol: number
  readonly port: number
  site: number
  area: number
  /** Who reported it first. */
  readonly reporter: string
  uses: number
}
/** Numbers that tell a lane from all others of its edge. */
type LaneKey = { readonly outcome: number; readonly reason: number; readonly policies: number; readonly reporter: number; uses: number }

/** What stands for a text that is not there. */
const NONE = 0
/** Lists of policies whose text is remembered by their identity: sources share the objects of equal lists. */
const MAX_LISTS = 10_000

const VERDICT_NUMBERS: Readonly<Record<Verdict, number>> = { forwarded: 0, dropped: 1, audit: 2, error: 3, unknown: 4 }

/**
 * Small integers for edges (two ends, protocol, port) and lanes (an edge with verdict, reason, policies and reporter).
 * An id is freed when no bucket uses it any more and given out again. Looking one up builds no text.
 */
export class WindowLanes {
  readonly #texts = new CountedTexts()
  readonly #policyTexts = new Map<readonly FlowPolicy[], string>()
  readonly #edgeIds = new NumberTable()
  readonly #laneIds = new NumberTable()
  readonly #edges: EdgeKey[] = []
  /** By edge; only where a record stated something. */
  readonly #tls = new Map<number, TlsSightings>()
  /** Another number each time that an edge's id is given out; 0 while it is not. */
  readonly #stamps: number[] = []
  #nextStamp = 1
  readonly #lanes: (WindowLane | null)[] = []
  readonly #laneKeys: LaneKey[] = []
  readonly #sites = new CountedTexts()
  /** By area: a bit for each rank that reported it. */
  readonly #ranksOfAreas: number[] = []
  #contested = 0
  readonly #freeLanes: number[] = []
  /** Ids that were given back so far: another lane may have one of them. */
  freed = 0
  readonly #freeEdges: number[] = []
  readonly #edgeShares: FairShares
  readonly #laneShares: FairShares

  constructor(maxEdges: number) {
    this.#edgeShares = new FairShares(maxEdges)
    this.#laneShares = new FairShares(maxEdges * 4)
  }

  get edgeCount(): number {
    return this.#edgeIds.size
  }

  /** One more than the largest lane id given out so far. */
  get laneBound(): number {
    return this.#lanes.length
  }

  /** The lane of a flow; null when the table is full. `note` is the one of its ends, protocol and port. */
  laneOf(flow: Flow, note: EdgeNote, rank: number): number | null {
    const edge = this.#edgeOf(flow, note)
    if (edge === -1) return this.#newLane(flow, edge, rank)
    const texts = this.#texts
    const reason = flow.reason === null ? NONE : texts.find(flow.reason)
    const policies = flow.policies.length === 0 ? NONE : texts.find(this.#policyText(flow.policies))
    const lane = this.#laneIds.find(edge, outcomeNumber(flow.verdict, rank), reason, policies, texts.find(flow.reporter))
    return lane === -1 ? this.#newLane(flow, edge, rank) : lane
  }

  lane(id: number): WindowLane {
    const lane = this.#lanes[id]
    if (lane === undefined || lane === null) throw new RangeError(`no lane ${id}`)
    return lane
  }

  /** Takes the ends of a flow of this lane, whose names are the same and of which more is known now. */
  rename(id: number, flow: Flow): void {
    const { source, destination } = flow
    const lane = this.lane(id)
    this.#lanes[id] = { ...lane, source, destination }
    this.#resettle(lane.edge, flow)
  }

  /** A pod whose workload was not known when its edge came stands at another site since. */
  #resettle(edge: number, flow: Flow): void {
    const key = this.#edgeKey(edge)
    const before = { site: key.site, area: key.area }
    key.site = this.#siteOf(siteOf(flow))
    key.area = this.#siteOf(areaOf(flow))
    const { site, area } = key
    this.#releaseSite(before.site)
    this.#releaseSite(before.area)
    if (site === before.site && area === before.area) return
    for (const [id, lane] of this.#lanes.entries()) {
      if (lane === null || lane.edge !== edge) continue
      this.#lanes[id] = { ...lane, site, area }
      this.#compete(area, lane.rank)
    }
  }

  /** Notes what a record of the lane states of mutual TLS. */
  seeTls(id: number, isMutual: boolean, time: number): void {
    const { edge } = this.lane(id)
    const known = this.#tls.get(edge) ?? new TlsSightings()
    known.see(isMutual, time)
    this.#tls.set(edge, known)
  }

  tlsOf(edge: number): TlsSightings | null {
    return this.#tls.get(edge) ?? null
  }

  /** True when sources of different ranks report between the same workloads, or from one to what is outside. */
  isContested(area: number): boolean {
    return isSeveral(this.#ranksOfAreas[area] ?? 0)
  }

  get hasContested(): boolean {
    return this.#contested > 0
  }

  /** A bucket has a cell for the lane. */
  retain(id: number): void {
    this.#laneKey(id).uses++
  }

  /** A bucket with a cell for the lane is gone. */
  release(id: number): void {
    const key = this.#laneKey(id)
    if (--key.uses > 0) return
    const { edge, reporter } = this.lane(id)
    this.#laneShares.giveBack(reporter)
    this.#laneIds.delete(edge, key.outcome, key.reason, key.policies, key.reporter)
    for (const text of [key.reason, key.policies, key.reporter]) if (text !== NONE) this.#texts.release(text)
    this.#lanes[id] = null
    this.#freeLanes.push(id)
    this.freed++
    this.#releaseEdge(edge)
  }

  /** -1 for an edge that is not known. */
  #edgeOf({ source, destination, protocol, port }: Flow, note: EdgeNote): number {
    if (note.id !== -1 && this.#stamps[note.id] === note.stamp) return note.id
    const [from, to] = [this.#texts.find(source.ref), this.#texts.find(destination.ref)]
    const id = this.#edgeIds.find(from, to, PROTOCOL_NUMBERS[protocol], port ?? -1, 0)
    note.id = id
    note.stamp = this.#stamps[id] ?? 0
    return id
  }

  #newLane(flow: Flow, known: number, rank: number): number | null {
    if (!this.#laneShares.mayTake(flow.reporter)) return null
    const edge = known === -1 ? this.#newEdge(flow) : known
    if (edge === null) return null
    const { source, destination, protocol, port, verdict, reason, policies, reporter } = flow
    const key: LaneKey = {
      outcome: outcomeNumber(verdict, rank),
      reason: reason === null ? NONE : this.#texts.retain(reason),
      policies: policies.length === 0 ? NONE : this.#texts.retain(this.#policyText(policies)),
      reporter: this.#texts.retain(reporter),
      uses: 0,
    }
    this.#laneShares.take(reporter)
    const id = this.#freeLanes.pop() ?? this.#lanes.length
    this.#laneIds.set(edge, key.outcome, key.reason, key.policies, key.reporter, id)
    this.#laneKeys[id] = key
    const edgeKey = this.#edgeKey(edge)
    edgeKey.uses++
    const { site, area } = edgeKey
    this.#compete(area, rank)
    const isSummary = isWorkload(source) || isWorkload(destination)
    const isWide = source.ref === OUTSIDE || destination.ref === OUTSIDE
    this.#lanes[id] = {
      edge,
      site,
      area,
      isSummary,
      isWide,
      rank,
      source,
      destination,
      protocol,
      port,
      verdict,
      reason,
      policies,
      reporter,
    }
    return id
  }

  #newEdge(flow: Flow): number | null {
    const { source, destination, protocol, port, reporter } = flow
    if (!this.#edgeShares.mayTake(flow.reporter)) return null
    this.#edgeShares.take(flow.reporter)
    const key: EdgeKey = {
      source: this.#texts.retain(source.ref),
      destination: this.#texts.retain(destination.ref),
      protocol: PROTOCOL_NUMBERS[protocol],
      port: port ?? -1,
      site: this.#siteOf(siteOf(flow)),
      area: this.#siteOf(areaOf(flow)),
      reporter,
      uses: 0,
    }
    const id = this.#freeEdges.pop() ?? this.#edges.length
    this.#edgeIds.set(key.source, key.destination, key.protocol, key.port, 0, id)
    this.#edges[id] = key
    this.#stamps[id] = this.#nextStamp++
    return id
  }

  #releaseEdge(id: number): void {
    const key = this.#edgeKey(id)
    if (--key.uses > 0) return
    this.#edgeShares.giveBack(key.reporter)
    this.#edgeIds.delete(key.source, key.destination, key.protocol, key.port, 0)
    this.#texts.release(key.source)
    this.#texts.release(key.destination)
    this.#releaseSite(key.site)
    this.#releaseSite(key.area)
    this.#stamps[id] = 0
    this.#tls.delete(id)
    this.#freeEdges.push(id)
  }

  #siteOf(text: string): number {
    const isNew = this.#sites.find(text) === -1
    const site = this.#sites.retain(text)
    if (isNew) this.#ranksOfAreas[site] = 0
    return site
  }

  /** Notes that a source of this rank reports the area. */
  #compete(area: number, rank: number): void {
    const before = this.#ranksOfAreas[area] ?? 0
    const ranks = before | (1 << rank)
    this.#ranksOfAreas[area] = ranks
    if (!isSeveral(before) && isSeveral(ranks)) this.#contested++
  }

  #releaseSite(site: number): void {
    if (!this.#sites.release(site)) return
    if (this.isContested(site)) this.#contested--
    this.#ranksOfAreas[site] = 0
  }

  #edgeKey(id: number): EdgeKey {
    const key = this.#edges[id]
    if (key === undefined) throw new RangeError(`no edge ${id}`)
    return key
  }

  #laneKey(id: number): LaneKey {
    const key = this.#laneKeys[id]
    if (key === undefined) throw new RangeError(`no lane ${id}`)
    return key
  }

  /** Begins with a line break, which no reason and no name has. */
  #policyText(policies: readonly FlowPolicy[]): string {
    const known = this.#policyTexts.get(policies)
    if (known !== undefined) return known
    if (this.#policyTexts.size >= MAX_LISTS) this.#policyTexts.clear()
    let text = ''
    for (const { policy, rule, confidence } of policies) text += `\n${policy} ${rule ?? ''} ${confidence}`
    this.#policyTexts.set(policies, text)
    return text
  }
}

function outcomeNumber(verdict: Verdict, rank: number): number {
  return rank * 8 + VERDICT_NUMBERS[verdict]
}

function isWorkload(end: FlowEndpoint): boolean {
  return end.workload !== null && end.ref === end.workload
}

const OUTSIDE = 'entity:world'

function siteOf({ source, destination, protocol, port }: Flow): string {
  return `${source.workload ?? source.ref}\n${destination.workload ?? destination.ref}\n${protocol} ${port ?? ''}`
}

function areaOf({ source, destination, protocol, port }: Flow): string {
  return `${areaOfEnd(source)}\n${areaOfEnd(destination)}\n${protocol} ${port ?? ''}`
}

/** Whatever is outside: grouped addresses, names of DNS, and what only is said to be there. */
function areaOfEnd({ ref, workload, group }: FlowEndpoint): string {
  return workload ?? (group !== null || ref.startsWith('dns:') ? OUTSIDE : ref)
}

/** More than one bit. */
function isSeveral(bits: number): boolean {
  return (bits & (bits - 1)) !== 0
}
