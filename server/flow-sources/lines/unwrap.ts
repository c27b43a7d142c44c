import { type JsonObject, objectOf } from '../json-fields'
import type { Envelope, Payload } from './line-format'
import { readCriHead, readTimeHead, takeSyslogHead } from './line-head'
import type { PartialLines } from './partial-lines'
import { pubSubData } from './pub-sub'
import { envelopeOf } from './record-envelope'
import { isLastPiece, isRuntimePiece, streamOf } from './record-pieces'

/** A payload with all that its wrapping said. */
export type Layer = { readonly payload: Payload; readonly envelope: Envelope }

export type Unwrapped =
  /** What is inside of what, the outermost first; at least one. `isBroken`: the innermost began as JSON and is none. */
  | { readonly kind: 'layers'; readonly layers: readonly Layer[]; readonly isBroken: boolean }
  /** A piece of a line that the container runtime cut. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'broken' }

/** Shippers behind shippers wrap more than once. */
const MAX_DEPTH = 6
const MAX_LAYERS = 16

/** Where shippers put the line, as text or parsed already. */
const LINE_KEYS = [
  'jsonPayload',
  'textPayload',
  'log',
  'message',
  'msg',
  'MESSAGE',
  'full_message',
  'short_message',
  'line',
  'body',
  'event',
] as const

/** What shippers add beside the line: never the line itself. */
const METADATA: ReadonlySet<string> = new Set([
  'kubernetes',
  'kubernetes_namespace',
  'docker',
  'labels',
  'resource',
  'metadata',
  'annotations',
])

/**
 * Takes the wrappings of log shippers and container runtimes off a record: Fluentd, Fluent Bit (also with lifted keys or `log`
 * an object), Vector, Filebeat, GELF, Cloud Logging, journald, docker's JSON files, the CRI format, syslog.
 *
 * A record whose keys were lifted to the top is a flow itself, and an agent's own line may have a `msg` of its own, so what
 * is inside does not replace what is around it: both are layers, and the formats say which one they know.
 *
 * @param partials joins cut lines; null reads a piece as a line of its own.
 * @param sender tells lines of different senders apart where nothing else says who wrote them.
 */
export function unwrap(payload: Payload, envelope: Envelope, partials: PartialLines | null, sender = ''): Unwrapped {
  const peeling = new Peeling(partials, sender)
  if (payload.kind === 'text') peeling.peelText(payload.text, envelope, MAX_DEPTH)
  else peeling.peelObject(payload.body, envelope, MAX_DEPTH)
  return peeling.result()
}

class Peeling {
  private readonly partials: PartialLines | null
  private readonly sender: string
  private readonly layers: Layer[] = []
  private isBroken = false
  private piece: 'waiting' | 'too-long' | null = null

  constructor(partials: PartialLines | null, sender: string) {
    this.partials = partials
    this.sender = sender
  }

  result(): Unwrapped {
    if (this.piece !== null) return { kind: this.piece }
    if (this.layers.length > 0) return { kind: 'layers', layers: this.layers, isBroken: this.isBroken }
    return { kind: this.isBroken ? 'broken' : 'empty' }
  }

  peelText(raw: string, envelope: Envelope, depth: number): void {
    const text = raw.trim()
    if (text === '') return
    const body = text.charCodeAt(0) === OPEN_BRACE ? this.parse(text, depth === MAX_DEPTH) : null
    if (body !== null) this.peelObject(body, envelope, depth)
    else if (!this.isBroken) this.peelPlain(raw.trimStart(), envelope, depth)
  }

  /** The end of `text` is as it came: a space there belongs to a piece that the runtime cut. */
  private peelPlain(text: string, envelope: Envelope, depth: number): void {
    const cri = depth > 0 ? readCriHead(text) : null
    const syslog = depth > 0 && cri === null ? takeSyslogHead(text, envelope) : null
    const timed = depth > 0 && cri === null && syslog === null ? readTimeHead(text) : null
    if (cri !== null) this.peelPiece(cri.rest, cri.stream, cri.isLast, { ...envelope, time: cri.time }, depth)
    else if (syslog !== null) this.peelText(syslog.rest, syslog.envelope, depth - 1)
    else if (timed !== null) this.peelText(timed.rest, { ...envelope, time: timed.time }, depth - 1)
    else this.add({ kind: 'text', text: text.trimEnd() }, envelope)
  }

  peelObject(body: JsonObject, outer: Envelope, depth: number): void {
    const envelope = envelopeOf(body, outer, depth === MAX_DEPTH)
    this.add({ kind: 'object', body }, envelope)
    if (depth === 0) return
    const message = pubSubData(body)
    if (message !== null) this.peelText(message.text, { ...envelope, time: message.time ?? envelope.time }, depth - 1)
    let hasText = false
    for (const key of LINE_KEYS) {
      const value = body[key]
      if (value === undefined) continue
      if (typeof value === 'string') {
        if (hasText || value === '') continue
        hasText = true
        this.peelLine(value, body, envelope, depth)
      } else this.peelInner(value, envelope, depth)
    }
    // Parsed keys may have been put under any name, but only a shipper does that.
    if (isShipped(body)) for (const key of Object.keys(body)) if (!isKnownKey(key)) this.peelInner(body[key], envelope, depth)
  }

  private peelInner(value: unknown, envelope: Envelope, depth: number): void {
    const inner = this.layers.length < MAX_LAYERS ? objectOf(value) : null
    if (inner !== null) this.peelObject(inner, envelope, depth - 1)
  }

  /** The line of a record, which may be a piece of one. */
  private peelLine(line: string, body: JsonObject, envelope: Envelope, depth: number): void {
    const isLast = isLastPiece(body)
    const stream = streamOf(body)
    const isPiece = isLast === null ? isRuntimePiece(body, line) : !isLast
    const isRest = !isPiece && this.partials?.isWaiting(() => this.streamKey(envelope, stream)) === true
    if (isPiece || isRest) this.peelPiece(line, stream, !isPiece, envelope, depth)
    else this.peelText(line, envelope, depth - 1)
  }

  private peelPiece(piece: string, stream: string, isLast: boolean, envelope: Envelope, depth: number): void {
    const joined = this.partials?.add(this.streamKey(envelope, stream), piece, isLast) ?? { kind: 'line', text: piece }
    if (joined.kind === 'line') this.peelText(joined.text, envelope, depth - 1)
    else this.piece = joined.kind
  }

  private streamKey({ logger, node }: Envelope, stream: string): string {
    if (logger === null) return `${this.sender} ${node ?? ''} ${stream}`
    return `${logger.namespace}/${logger.pod}/${logger.container ?? ''} ${stream}`
  }

  private parse(text: string, isOutermost: boolean): JsonObject | null {
    try {
      return objectOf(JSON.parse(text))
    } catch {
      // A program's own words may begin with a brace; a key behind it says that JSON was meant.
      this.isBroken = isOutermost || text.slice(1, 16).trimStart().startsWith('"')
      return null
    }
  }

  private add(payload: Payload, envelope: Envelope): void {
    this.layers.push({ payload, envelope })
  }
}

function isShipped(body: JsonObject): boolean {
  return objectOf(body.kubernetes) !== null || body.logtag !== undefined || body._p !== undefined || objectOf(body.docker) !== null
}

function isKnownKey(key: string): boolean {
  return METADATA.has(key) || LINE_KEYS.some((each) => each === key)
}

const OPEN_BRACE = 123
