import { canonicalAddress } from '@/lib/model/address'
import { type JsonObject, objectOf, textOf } from '../json-fields'
import type { Envelope, Logger } from './line-format'
import { loggerOfPath } from './logger-of-path'
import { readTime } from './time-text'

/**
 * Where log shippers put the time of a record, the surest first: what the program or the container runtime wrote comes
 * before what the shipper added (`date`, `@timestamp_fluentbit`) and what the journal noted.
 */
const TIME_KEYS = [
  'time',
  'ts',
  'timestamp',
  '@timestamp',
  'date',
  '@timestamp_fluentbit',
  '_SOURCE_REALTIME_TIMESTAMP',
  '__REALTIME_TIMESTAMP',
] as const

const PATH_KEYS = ['file', 'filepath', 'filename', 'file_path', 'log.file.path', 'tag', '_tag'] as const

/**
 * What a record says of itself beside its line: its time, the container that wrote it and the machine. `outer` holds what
 * the wrapping around it said: its time counts where the record has none, and who wrote the line cannot be said anew further inside.
 *
 * The Kubernetes block of Fluent Bit, Fluentd, Vector, Filebeat and OpenTelemetry is read, the resource of Cloud Logging,
 * journald's fields, and the path of a container's log file. `kubernetes.host` is the machine; a `host` at the top may be
 * anything and is read only of GELF.
 */
export function envelopeOf(body: JsonObject, outer: Envelope, isOutermost: boolean): Envelope {
  const time = timeOfRecord(body) ?? outer.time
  // What is inside was written by the program itself: it may know the time better, and has no say in who it is.
  const mayName = isOutermost || outer.logger === null
  const logger = mayName ? (loggerOf(body) ?? outer.logger ?? loggerOfFile(body)) : outer.logger
  const node = mayName ? (nodeOf(body) ?? outer.node) : outer.node
  return time === outer.time && logger === outer.logger && node === outer.node ? outer : { ...outer, time, logger, node }
}

function timeOfRecord(body: JsonObject): number | null {
  for (const key of TIME_KEYS) {
    const value = body[key]
    if (value === undefined) continue
    const time = readTime(value)
    if (time !== null) return time
  }
  return null
}

function loggerOf(body: JsonObject): Logger | null {
  const kubernetes = objectOf(body.kubernetes)
  if (kubernetes !== null) {
    const logger = loggerOfFields(kubernetes)
    if (logger !== null) return logger
  }
  const resource = objectOf(objectOf(body.resource)?.labels)
  if (resource !== null) {
    const logger = loggerOfFields(resource)
    if (logger !== null) return logger
  }
  const namespace = textOf(body['k8s.namespace.name'])
  const pod = textOf(body['k8s.pod.name'])
  if (namespace !== null && pod !== null) return { namespace, pod, container: textOf(body['k8s.container.name']), ip: null }
  return null
}

/** By the name of the file that the line is from. Never by `path`, which is what a client asked for, who may write anything. */
function loggerOfFile(body: JsonObject): Logger | null {
  for (const key of PATH_KEYS) {
    const path = body[key]
    const logger = typeof path === 'string' ? loggerOfPath(path) : null
    if (logger !== null) return logger
  }
  return null
}

function loggerOfFields(fields: JsonObject): Logger | null {
  const namespace = textOf(fields.namespace_name) ?? textOf(fields.pod_namespace) ?? textOf(fields.namespace)
  const pod = textOf(fields.pod_name) ?? textOf(fields.pod) ?? textOf(objectOf(fields.pod)?.name)
  if (namespace === null || pod === null) return null
  const ip = textOf(fields.pod_ip) ?? textOf(objectOf(fields.pod)?.ip)
  return {
    namespace,
    pod,
    container: textOf(fields.container_name) ?? textOf(objectOf(fields.container)?.name),
    ip: ip === null ? null : canonicalAddress(ip),
  }
}

function nodeOf(body: JsonObject): string | null {
  const kubernetes = objectOf(body.kubernetes)
  if (kubernetes !== null) {
    const node = textOf(kubernetes.host) ?? textOf(kubernetes.pod_node_name) ?? textOf(kubernetes.node_name)
    if (node !== null) return node
    const named = textOf(objectOf(kubernetes.node)?.name)
    if (named !== null) return named
  }
  const resource = objectOf(objectOf(body.resource)?.labels)
  const stated = textOf(resource?.node_name) ?? textOf(body['k8s.node.name']) ?? textOf(body._HOSTNAME)
  if (stated !== null) return stated
  return typeof body.short_message === 'string' ? textOf(body.host) : null
}
