import { aggregate, type Summary } from './aggregate'
import type { ForgedRecord } from './record'
import type { Rendering } from './rendering'

const INTERVAL_MS = 15_000

/** Rows of Goldmane: one for each side, kind of connection and 15 s. */
export const GOLDMANE: Rendering = {
  name: 'Goldmane',
  way: 'goldmane',
  records: (truth) => aggregate(truth, INTERVAL_MS).map(row),
  outcome: ({ isAllowed }) => (isAllowed ? 'forwarded' : 'dropped'),
  namesPods: true,
  namesOutside: false,
  hasIds: true,
  maxDelayMs: 4_000,
}

let ids = 0

function row({ first, reporter, action, start, end, started, live }: Summary): ForgedRecord {
  const { client, server, service, port } = first
  const isOutside = typeof server === 'string'
  const key = {
    source_name: `${client.workload}-*`,
    source_namespace: client.namespace,
    source_type: 'WorkloadEndpoint',
    dest_name: isOutside ? 'pub' : `${server.workload}-*`,
    dest_namespace: isOutside ? '-' : server.namespace,
    dest_type: isOutside ? 'Network' : 'WorkloadEndpoint',
    dest_port: port,
    dest_service_name: service === null ? '-' : service.name,
    dest_service_namespace: service === null ? '-' : service.namespace,
    proto: 'tcp',
    reporter: reporter === 'source' ? 'Src' : 'Dst',
    action: action === 'allow' ? 'Allow' : 'Deny',
  }
  const flow = {
    Key: key,
    start_time: start / 1_000,
    end_time: end / 1_000,
    packets_in: started + live,
    packets_out: started + live,
    bytes_in: 100,
    bytes_out: 100,
    num_connections_started: started,
    num_connections_live: live,
  }
  ids++
  return { at: end, connection: first.id, text: JSON.stringify({ id: ids, flow }) }
}
