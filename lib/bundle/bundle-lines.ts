import type { Flow, FlowEndpoint } from '../flows/flow'
import type { WindowCell } from '../flows/window-types'
import { flattenLists } from '../model/flatten-lists'
import { InternPool } from '../model/projection/intern-pool'
import { project } from '../model/projection/project'
import { BUNDLE_VERSION, type BundleHeader, type Recording } from './recording'

/** Cells of one line: few enough to read it at once, enough to say its bucket once. */
const CELLS_PER_LINE = 500

/**
 * A recording as the lines of a bundle, each a JSON list of what it is and what it says: `["document", …]`. The header
 * comes first. What was not meant to leave the cluster is left out here: an object goes through its projection.
 */
export function* bundleLines(recording: Recording): Generator<string> {
  yield line('header', printHeader(recording.header))
  const pool = new InternPool()
  for (const { body, origin } of flattenLists(recording.documents)) yield line('document', { origin, body: project(body, pool) })
  for (const [kind, names] of recording.unread) yield line('unread', { kind, names: [...names] })
  for (const problem of recording.problems) yield line('problem', problem)
  for (const effect of recording.effects) yield line('effect', effect)
  for (const change of recording.changes) yield line('change', change)
  for (const source of recording.sources) yield line('source', source)
  const table = new TrafficTable()
  yield* cellLines(recording.cells, table)
  for (const flow of recording.flows) {
    const [source, destination] = [table.endpoint(flow.source), table.endpoint(flow.destination)]
    yield* table.fresh()
    yield line('flow', { ...withoutEnds(flow), source, destination })
  }
}

export function printHeader(header: BundleHeader): object {
  const { createdAt, recordedAt, changesSince, ...rest } = header
  const print = (ms: number): string => new Date(ms).toISOString()
  const times = { createdAt: print(createdAt), recordedAt: print(recordedAt), changesSince: print(changesSince) }
  return { apiVersion: 'sluice/v1', kind: 'Bundle', version: BUNDLE_VERSION, ...times, ...rest }
}

function* cellLines(cells: Iterable<WindowCell>, table: TrafficTable): Generator<string> {
  let bucket: number | null = null
  let rows: (number | null)[][] = []
  function* flush(): Generator<string> {
    yield* table.fresh()
    if (bucket !== null && rows.length > 0) yield line('cells', { bucket, rows })
    rows = []
  }
  for (const cell of cells) {
    if (cell.bucket !== bucket || rows.length >= CELLS_PER_LINE) yield* flush()
    bucket = cell.bucket
    const { count, repeats, bytes, firstSeen, lastSeen } = cell
    // Times within the bucket are short, and equal to zero more often than not.
    rows.push([table.lane(cell.lane), count, repeats, bytes, firstSeen - bucket, lastSeen - firstSeen])
  }
  yield* flush()
}

/** Ends and lanes, each written once and named by its number afterwards. */
class TrafficTable {
  private readonly endpoints = new Map<string, number>()
  private readonly known = new Map<WindowCell['lane'] | FlowEndpoint, number>()
  private readonly lanes = new Map<string, number>()
  private waiting: string[] = []

  endpoint(endpoint: FlowEndpoint): number {
    return this.numbered('endpoint', endpoint, this.endpoints, () => endpoint)
  }

  lane(lane: WindowCell['lane']): number {
    return this.numbered('lane', lane, this.lanes, () => {
      const { source, destination, protocol, port, verdict, reason, policies, reporter, rank } = lane
      const ends = { source: this.endpoint(source), destination: this.endpoint(destination) }
      return { ...ends, protocol, port, verdict, reason, policies, reporter, rank }
    })
  }

  /** The lines of what was named since the last call. */
  *fresh(): Generator<string> {
    const lines = this.waiting
    this.waiting = []
    yield* lines
  }

  private numbered<Value extends WindowCell['lane'] | FlowEndpoint>(
    what: string,
    value: Value,
    numbers: Map<string, number>,
    written: () => object,
  ): number {
    // Most ends and lanes are one object wherever they occur.
    const seen = this.known.get(value)
    if (seen !== undefined) return seen
    const text = JSON.stringify(written())
    const number = numbers.get(text) ?? numbers.size
    if (number === numbers.size) {
      numbers.set(text, number)
      this.waiting.push(`["${what}",${text}]`)
    }
    this.known.set(value, number)
    return number
  }
}

function withoutEnds({ source: _source, destination: _destination, ...rest }: Flow): Omit<Flow, 'source' | 'destination'> {
  return rest
}

function line(what: string, value: object): string {
  return JSON.stringify([what, value])
}
