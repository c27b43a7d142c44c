import { decodeRecord, type LineContext } from '../decode-line'
import type { DecodedLine } from '../decoded-line'
import { type JsonObject, objectOf } from '../json-fields'
import type { Logger } from '../lines/line-format'
import { attributesOf, itemsOf, plainObject, plainValue, timeOfNanos } from './otlp-values'

/** Decodes every log record of a request, in order. Never throws. */
export function* readLogs(request: JsonObject, receivedAt: number): Generator<DecodedLine> {
  for (const resourceLogs of itemsOf(request, 'resourceLogs')) {
    const resource = attributesOf(objectOf(resourceLogs.resource)?.attributes)
    const from = { logger: loggerOf(resource), node: resource.get('k8s.node.name') ?? null }
    for (const scopeLogs of itemsOf(resourceLogs, 'scopeLogs')) {
      for (const record of itemsOf(scopeLogs, 'logRecords')) yield readRecord(record, from, receivedAt)
    }
  }
}

/** The line stands in the body, as text or as fields; some senders put the fields into the attributes instead. */
function readRecord(record: JsonObject, from: Pick<LineContext, 'logger' | 'node'>, receivedAt: number): DecodedLine {
  const time = timeOfNanos(record.timeUnixNano) ?? timeOfNanos(record.observedTimeUnixNano)
  const context: LineContext = { ...from, time }
  const body = decodeRecord(plainValue(record.body), null, receivedAt, context)
  if (body.kind !== 'ignored') return body
  const attributes = plainObject(record.attributes)
  if (Object.keys(attributes).length === 0) return body
  const read = decodeRecord(attributes, null, receivedAt, context)
  return read.kind === 'ignored' ? body : read
}

function loggerOf(resource: ReadonlyMap<string, string>): Logger | null {
  const namespace = resource.get('k8s.namespace.name')
  const pod = resource.get('k8s.pod.name')
  if (namespace === undefined || pod === undefined) return null
  return { namespace, pod, container: resource.get('k8s.container.name') ?? null, ip: resource.get('k8s.pod.ip') ?? null }
}
