import { decodeRecord, type LineContext } from '../decode-line'
import type { DecodedLine } from '../decoded-line'
import { type JsonObject, objectOf, textOf } from '../json-fields'
import type { Logger } from '../lines/line-format'
import type { LineMemory } from '../lines/line-memory'
import { loggerOfPath } from '../lines/logger-of-path'
import { isLastPiece } from '../lines/record-pieces'
import { attributesOf, itemsOf, plainObject, plainValue, timeOfNanos } from './otlp-values'

/** What all records of one resource share. */
type Resource = { readonly logger: Logger | null; readonly node: string | null; readonly path: string | null; readonly sender: string }

/**
 * Decodes every log record of a request, in order. Never throws.
 *
 * @param memory what is remembered from request to request.
 * @param request number of the request: tells its lines from those of others where nothing says which machine they are from.
 */
export function* readLogs(body: JsonObject, receivedAt: number, memory: LineMemory, request: number): Generator<DecodedLine> {
  for (const resourceLogs of itemsOf(body, 'resourceLogs')) {
    const resource = attributesOf(objectOf(resourceLogs.resource)?.attributes)
    const node = resource.get('k8s.node.name') ?? null
    const from = {
      logger: loggerOf(resource),
      node,
      path: pathOf((key) => resource.get(key)),
      sender: node ?? resource.get('host.name') ?? `request ${request}`,
    }
    for (const scopeLogs of itemsOf(resourceLogs, 'scopeLogs')) {
      for (const record of itemsOf(scopeLogs, 'logRecords')) yield readRecord(record, from, receivedAt, memory)
    }
  }
}

/** The line stands in the body, as text or as fields; some senders put the fields into the attributes instead. */
function readRecord(record: JsonObject, from: Resource, receivedAt: number, memory: LineMemory): DecodedLine {
  const time = timeOfNanos(record.timeUnixNano) ?? timeOfNanos(record.observedTimeUnixNano)
  const attributes = plainObject(record.attributes)
  const path = pathOf((key) => textOf(attributes[key], 1_024)) ?? from.path
  const logger = from.logger ?? (path === null ? null : loggerOfPath(path))
  const context: LineContext = { logger, node: from.node, time, memory, sender: `${from.sender} ${path ?? ''}` }
  const body = decodeRecord(withPiece(plainValue(record.body), attributes), null, receivedAt, context)
  if (body.kind !== 'ignored' || body.reason === 'partial-line') return body
  if (Object.keys(attributes).length === 0) return body
  const read = decodeRecord(attributes, null, receivedAt, context)
  return read.kind === 'ignored' ? body : read
}

/** The file that the line is from, as the collector's filelog receiver names it. */
function pathOf(attribute: (key: string) => string | null | undefined): string | null {
  return attribute('log.file.path') ?? attribute('log.file.name') ?? null
}

/** Where the container runtime cut a line, a parser of the collector leaves the mark of it in the attributes. */
function withPiece(line: unknown, attributes: JsonObject): unknown {
  if (typeof line !== 'string' || isLastPiece(attributes) === null) return line
  return { log: line, logtag: attributes.logtag ?? attributes._p, stream: attributes.stream ?? attributes['log.iostream'] }
}

function loggerOf(resource: ReadonlyMap<string, string>): Logger | null {
  const namespace = resource.get('k8s.namespace.name')
  const pod = resource.get('k8s.pod.name')
  if (namespace === undefined || pod === undefined) return null
  return { namespace, pod, container: resource.get('k8s.container.name') ?? null, ip: resource.get('k8s.pod.ip') ?? null }
}
