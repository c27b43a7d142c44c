import { type JsonObject, textOf } from '../json-fields'

/** docker cuts lines after this many bytes. */
const DOCKER_PIECE_BYTES = 16_384

/**
 * Whether a record holds the end of a line that the container runtime cut: true for the last piece (or a whole line), false
 * for one that goes on, null where the record does not say. Source: CRI's tag as Fluent Bit names it (`logtag`, `_p`),
 * docker's `partial_…` fields for its fluentd and journald drivers.
 */
export function isLastPiece(body: JsonObject): boolean | null {
  const tag = body.logtag ?? body._p
  if (tag === 'P' || tag === 'F') return tag === 'F'
  if (isTrue(body.partial_message)) return isTrue(body.partial_last)
  if (isTrue(body.CONTAINER_PARTIAL_MESSAGE)) return isTrue(body.CONTAINER_PARTIAL_LAST)
  return null
}

/** True for a piece that docker cut in its JSON files, which say it by a full line without an end alone. */
export function isRuntimePiece(body: JsonObject, line: string): boolean {
  if (body.log !== line || typeof body.stream !== 'string' || line.endsWith('\n')) return false
  return line.length * 3 >= DOCKER_PIECE_BYTES && Buffer.byteLength(line) === DOCKER_PIECE_BYTES
}

/** Which output of which container a piece belongs to, as far as the record says it beside its Kubernetes block. */
export function streamOf(body: JsonObject): string {
  const id = textOf(body.partial_id, 128) ?? textOf(body.CONTAINER_ID, 128) ?? ''
  return `${textOf(body.stream, 16) ?? ''} ${id}`
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}
