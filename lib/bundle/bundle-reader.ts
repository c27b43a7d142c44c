import type { z } from 'zod'
import type { LoggedChange } from '../changes/change-log'
import type { Flow, FlowEndpoint } from '../flows/flow'
import { isBalanced } from '../flows/ledger'
import type { WindowCell } from '../flows/window-types'
import type { InputProblem } from '../model/problem'
import type { SourceDocument } from '../model/source-document'
import { BUNDLE_LIMITS, type BundleLimits } from './bundle-limits'
import { BundleProblem } from './bundle-problem'
import { isDeeperThan } from './json-depth'
import * as lines from './line-schemas'
import { BUNDLE_VERSION, type BundleHeader, type RecordedEffect, type RecordedSource, type Recording } from './recording'

/** A bundle as it was read. */
export type ReadRecording = Recording & {
  readonly cells: readonly WindowCell[]
  /** Lines of kinds that this version does not know, by kind: left out, and counted. */
  readonly ignored: ReadonlyMap<string, number>
}

/** Kinds of unknown lines that are told apart. */
const MAX_IGNORED_KINDS = 20

/** Puts a recording together line by line. Throws a `BundleProblem` with the line at the first thing that cannot be. */
export class BundleReader {
  private header: BundleHeader | null = null
  private line = 0
  private readonly documents: SourceDocument[] = []
  private readonly unread = new Map<string, ReadonlySet<string>>()
  private readonly problems: InputProblem[] = []
  private readonly changes: LoggedChange[] = []
  private readonly effects: RecordedEffect[] = []
  private readonly sources: RecordedSource[] = []
  private readonly endpoints: FlowEndpoint[] = []
  private readonly lanes: WindowCell['lane'][] = []
  private readonly cells: WindowCell[] = []
  private readonly flows: Flow[] = []
  private readonly ignored = new Map<string, number>()

  constructor(private readonly limits: BundleLimits = BUNDLE_LIMITS) {}

  /** Takes the next line, without its end. */
  take(text: string): void {
    this.line++
    const { what, value } = this.split(text)
    if (this.header === null) {
      if (what !== 'header') throw new BundleProblem('foreign', 'this is no bundle: it does not begin with its header', this.line)
      this.header = readHeader(value)
      return
    }
    switch (what) {
      case 'document': {
        const { origin, body } = this.read(lines.documentLine, value)
        this.keep(this.documents, { origin, body }, 'documents')
        break
      }
      case 'unread': {
        const { kind, names } = this.read(lines.unreadLine, value)
        this.refuseMore(this.unread.size, 'unread')
        this.unread.set(kind, new Set(names))
        break
      }
      case 'problem':
        this.keep(this.problems, this.read(lines.problemLine, value), 'problems')
        break
      case 'effect':
        this.keep(this.effects, this.read(lines.effectLine, value), 'changes')
        break
      case 'change':
        this.keep(this.changes, this.read(lines.changeLine, value), 'changes')
        break
      case 'source':
        this.takeSource(this.read(lines.sourceLine, value))
        break
      case 'endpoint':
        this.keep(this.endpoints, this.read(lines.endpointLine, value), 'endpoints')
        break
      case 'lane': {
        const lane = this.read(lines.laneLine, value)
        this.keep(this.lanes, { ...lane, ...this.endsOf(lane) }, 'lanes')
        break
      }
      case 'cells':
        this.takeCells(this.read(lines.cellsLine, value))
        break
      case 'flow': {
        const flow = this.read(lines.flowLine, value)
        this.keep(this.flows, { ...flow, ...this.endsOf(flow) }, 'flows')
        break
      }
      default: {
        const kind = this.ignored.has(what) || this.ignored.size < MAX_IGNORED_KINDS ? what.slice(0, 60) : 'other'
        this.ignored.set(kind, (this.ignored.get(kind) ?? 0) + 1)
      }
    }
  }

  /** Lines taken so far. */
  get lineCount(): number {
    return this.line
  }

  finish(): ReadRecording {
    const { header, documents, unread, problems, changes, effects, sources, cells, flows, ignored } = this
    if (header === null) throw new BundleProblem('foreign', 'this is no bundle: there is nothing in it')
    return { header, documents, unread, problems, changes, effects, sources, cells, flows, ignored }
  }

  private split(text: string): { readonly what: string; readonly value: unknown } {
    if (isDeeperThan(text, this.limits.depth)) this.fail('too-large', `nested deeper than ${this.limits.depth} levels`)
    const pair = parseJson(text)
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') {
      if (this.header === null) throw new BundleProblem('foreign', 'this is no bundle: it does not begin with its header', this.line)
      return this.fail('malformed', 'not a line of a bundle')
    }
    return { what: pair[0], value: pair[1] }
  }

  private read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
    const read = schema.safeParse(value)
    if (read.success) return read.data
    const [issue] = read.error.issues
    return this.fail('malformed', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not readable'}`)
  }

  private takeSource(source: RecordedSource): void {
    if (!isBalanced(source.ledger)) this.fail('malformed', `the figures of ${source.name} do not add up`)
    this.keep(this.sources, source, 'sources')
  }

  private takeCells({ bucket, rows }: z.output<typeof lines.cellsLine>): void {
    for (const [number, count, repeats, bytes, first, last] of rows) {
      const lane = this.lanes[number]
      if (lane === undefined) throw this.problem('malformed', `lane ${number} was not named before`)
      const firstSeen = bucket + first
      this.keep(this.cells, { bucket, lane, count, repeats, bytes, firstSeen, lastSeen: firstSeen + last }, 'cells')
    }
  }

  private endsOf(ends: { readonly source: number; readonly destination: number }) {
    const source = this.endpoints[ends.source]
    const destination = this.endpoints[ends.destination]
    if (source === undefined || destination === undefined) return this.fail('malformed', 'an end was not named before')
    return { source, destination }
  }

  private keep<Value>(list: Value[], value: Value, limit: keyof BundleLimits): void {
    this.refuseMore(list.length, limit)
    list.push(value)
  }

  private refuseMore(count: number, limit: keyof BundleLimits): void {
    if (count >= this.limits[limit]) this.fail('too-large', `more than ${this.limits[limit]} ${limit}`)
  }

  private fail(fault: 'malformed' | 'too-large', message: string): never {
    throw this.problem(fault, message)
  }

  private problem(fault: 'malformed' | 'too-large', message: string): BundleProblem {
    return new BundleProblem(fault, message, this.line)
  }
}

/** Reads what the first line says, whatever came with a later version. */
export function readHeader(value: unknown): BundleHeader {
  const { kind, version } = Object(value) as { readonly kind?: unknown; readonly version?: unknown }
  if (kind !== 'Bundle') throw new BundleProblem('foreign', 'this is no bundle: its header is of another kind of file', 1)
  if (typeof version === 'number' && version > BUNDLE_VERSION) {
    const message = `this bundle has the format ${version}, and this version of Sluice reads up to ${BUNDLE_VERSION}; open it with a newer one`
    throw new BundleProblem('newer', message, 1)
  }
  const header = lines.headerLine.safeParse(value)
  if (header.success && version === BUNDLE_VERSION) return header.data
  throw new BundleProblem('malformed', `header: ${header.error?.issues[0]?.path.join('.') ?? 'version'} cannot be read`, 1)
}

/** undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
