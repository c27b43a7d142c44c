import type { LineContext } from '../decode-line'
import { objectOf } from '../json-fields'
import type { Logger } from '../lines/line-format'
import { loggerOfPath } from '../lines/logger-of-path'

/** One line of a Loki stream as a record of any other shipper. */
export type LokiRecord = { readonly record: unknown; readonly context: LineContext }

const NAMESPACE = ['namespace', 'namespace_name', 'k8s_namespace_name', 'kubernetes_namespace_name']
const POD = ['pod', 'pod_name', 'k8s_pod_name', 'kubernetes_pod_name']
const CONTAINER = ['container', 'container_name', 'k8s_container_name', 'kubernetes_container_name']
const NODE = ['node_name', 'node', 'nodename', 'k8s_node_name', 'kubernetes_host']

/**
 * Makes a record of a line and the labels of its stream, which say who wrote it. NetObserv moves some fields of its records to
 * the labels; they are put back.
 *
 * @param nanoseconds time of the line since the epoch.
 */
export function lokiRecord(labels: ReadonlyMap<string, string>, line: string, nanoseconds: number): LokiRecord {
  const time = Number.isFinite(nanoseconds) && nanoseconds > 0 ? Math.floor(nanoseconds / 1_000_000) : null
  const context = { time, logger: loggerOf(labels), node: first(labels, NODE) }
  const split = line.startsWith('{') && line.includes('"SrcAddr"') ? parsed(line) : null
  return { record: split === null ? line : Object.fromEntries([...labels, ...Object.entries(split)]), context }
}

function parsed(line: string) {
  try {
    return objectOf(JSON.parse(line))
  } catch {
    return null
  }
}

function loggerOf(labels: ReadonlyMap<string, string>): Logger | null {
  const namespace = first(labels, NAMESPACE)
  const pod = first(labels, POD)
  if (namespace !== null && pod !== null) return { namespace, pod, container: first(labels, CONTAINER), ip: null }
  const path = labels.get('filename')
  return path === undefined ? null : loggerOfPath(path)
}

function first(labels: ReadonlyMap<string, string>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = labels.get(name)
    if (value !== undefined && value !== '') return value
  }
  return null
}
