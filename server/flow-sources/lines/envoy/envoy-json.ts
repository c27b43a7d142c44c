import { countOf, type JsonObject, timeOf } from '../../json-fields'
import { decimalOf, statedOf } from '../parts/fields'
import { byNormalKey, valueAt } from '../parts/normal-keys'
import { readRequestLine } from '../parts/request-flow'
import { type EnvoyRecord, flagsOf } from './envoy-record'

/** An access log line of Envoy: Istio's keys, Envoy Gateway's, or the user's own after the names of Envoy's commands. */
export function isEnvoyObject(body: JsonObject): boolean {
  return (
    valueAt(body, 'response_code') !== undefined &&
    ['upstream_cluster', 'response_flags', 'upstream_host'].some((name) => valueAt(body, name) !== undefined)
  )
}

/** Longest text that is kept of a value while it is read. */
const MAX_TEXT = 2_048

/** Reads the object by its keys' names, however they are written. */
export function readEnvoyObject(body: JsonObject): EnvoyRecord {
  const values = byNormalKey(body)
  const text = (...names: readonly string[]) => {
    for (const name of names) {
      const value = values.get(name)
      const read = typeof value === 'number' ? String(value) : typeof value === 'string' ? statedOf(value.slice(0, MAX_TEXT)) : null
      if (read !== null) return read
    }
    return null
  }
  const line = readRequestLine(text('request', 'request_line') ?? '')
  const method = text('method', 'request_method', 'req_method') ?? line.method
  return {
    time: timeOf(text('start_time', 'time', 'timestamp', 'ts', '@timestamp')),
    method,
    path: text('x_envoy_original_path', 'x_envoy_origin_path', 'origin_path', 'original_path', 'path', 'request_path', 'uri') ?? line.path,
    protocol: text('protocol'),
    code: countOf(text('response_code')) ?? 0,
    flags: flagsOf(text('response_flags')),
    details: text('response_code_details'),
    terminationDetails: text('connection_termination_details'),
    bytesReceived: countOf(text('bytes_received')),
    bytesSent: countOf(text('bytes_sent')),
    durationMs: decimalOf(text('duration', 'duration_ms')),
    forwardedFor: text('x_forwarded_for'),
    isGrpc: text('grpc_status', 'grpc_status_number') !== null || text('user_agent')?.startsWith('grpc-') === true,
    requestId: text('request_id', 'x_request_id'),
    authority: text('authority', 'host'),
    upstreamHost: text('upstream_host', 'upstream_remote_address'),
    upstreamCluster: text('upstream_cluster', 'upstream_cluster_raw'),
    upstreamLocalAddress: text('upstream_local_address'),
    downstreamLocalAddress: text('downstream_local_address'),
    downstreamRemoteAddress: text('downstream_direct_remote_address', 'downstream_remote_address'),
    requestedServerName: text('requested_server_name'),
    routeName: text('route_name'),
    downstreamPeer: text('downstream_peer_uri_san', 'downstream_peer_subject', 'downstream_peer_id'),
    upstreamPeer: text('upstream_peer_uri_san', 'upstream_peer_subject'),
  }
}
