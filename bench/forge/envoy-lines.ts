import type { ForgedRecord } from './record'
import type { Rendering } from './rendering'
import type { TrueConnection } from './truth'
import type { ForgedPod } from './world'

/** Istio's access logs as a log shipper sends them: one request on each connection, told by both sidecars. */
export const ENVOY_LOG: Rendering = {
  name: 'Istio access logs',
  way: 'posted',
  records: (truth) => truth.flatMap(linesOf),
  outcome: ({ isAllowed }) => (isAllowed ? 'forwarded' : 'dropped'),
  namesPods: false,
  namesOutside: true,
  hasIds: false,
  maxDelayMs: 4_000,
}

const DENIED = 'rbac_access_denied_matched_policy[none]'

function linesOf(connection: TrueConnection): readonly ForgedRecord[] {
  const { client, clientPort, server, service, port, isAllowed } = connection
  const from = `${client.ip}:${clientPort}`
  if (typeof server === 'string') {
    const to = `${server}:${port}`
    const head = isAllowed ? request(connection, 200, 'via_upstream', to) : request(connection, 502, 'direct_response', to)
    // The sidecar has opened its own connection onwards, unless it may not.
    const places = isAllowed
      ? `"${to}" PassthroughCluster ${from} ${to} ${client.ip}:50000`
      : `"-" BlackHoleCluster - ${to} ${client.ip}:50000`
    return [wrapped(connection, client, `${head} ${places} - ${isAllowed ? 'allow_any' : 'block_all'}`)]
  }
  const to = `${server.ip}:${port}`
  const host = service === null ? to : `${service.name}.${service.namespace}.svc.cluster.local`
  const called = service === null ? 'PassthroughCluster' : `outbound|${port}||${host}`
  const there = service === null ? to : `${service.ip}:${port}`
  const onwards = `${request(connection, isAllowed ? 200 : 403, 'via_upstream', host)} "${to}" ${called} ${from} ${there} ${client.ip}:50000 - default`
  const inwards = `${request(connection, isAllowed ? 200 : 403, isAllowed ? 'via_upstream' : DENIED, host)} "${isAllowed ? `127.0.0.1:${port}` : '-'}" inbound|${port}|| ${isAllowed ? '127.0.0.6:40000' : '-'} ${to} ${from} - default`
  return [wrapped(connection, client, onwards), wrapped(connection, server, inwards)]
}

function request({ id, at }: TrueConnection, code: number, details: string, host: string): string {
  const requestId = `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`
  return `[${new Date(at).toISOString()}] "GET /cart HTTP/1.1" ${code} - ${details} - "-" 0 19 4 4 "-" "probe" "${requestId}" "${host}"`
}

function wrapped({ id, at }: TrueConnection, pod: ForgedPod, log: string): ForgedRecord {
  const kubernetes = { pod_name: pod.name, namespace_name: pod.namespace, container_name: 'istio-proxy', host: pod.node }
  return { at, connection: id, text: JSON.stringify({ date: at / 1_000, log: `${log}\n`, stream: 'stdout', kubernetes }) }
}
