import { aggregate, type Summary } from './aggregate'
import type { ForgedRecord } from './record'
import type { Rendering } from './rendering'

const INTERVAL_MS = 15_000

/** Flow logs of Calico Enterprise: summed up like Goldmane's rows, and without any name of their own. */
export const CALICO_LOG: Rendering = {
  name: 'Calico flow logs',
  way: 'posted',
  records: (truth) => aggregate(truth, INTERVAL_MS).map(line),
  outcome: ({ isAllowed }) => (isAllowed ? 'forwarded' : 'dropped'),
  namesPods: true,
  namesOutside: false,
  hasIds: false,
  maxDelayMs: 4_000,
}

function line({ first, reporter, action, start, end, started, live }: Summary): ForgedRecord {
  const { client, server, port } = first
  const isOutside = typeof server === 'string'
  const body = {
    start_time: start / 1_000,
    end_time: end / 1_000,
    source_ip: null,
    source_name: '-',
    source_name_aggr: `${client.workload}-*`,
    source_namespace: client.namespace,
    source_type: 'wep',
    dest_ip: null,
    dest_name: '-',
    dest_name_aggr: isOutside ? 'pub' : `${server.workload}-*`,
    dest_namespace: isOutside ? '-' : server.namespace,
    dest_type: isOutside ? 'net' : 'wep',
    dest_port: port,
    proto: 'tcp',
    action,
    reporter: reporter === 'source' ? 'src' : 'dst',
    policies: null,
    bytes_in: 100,
    bytes_out: 100,
    num_flows: started + live,
    num_flows_started: started,
    host: reporter === 'source' || isOutside ? client.node : server.node,
  }
  return { at: end, connection: first.id, text: JSON.stringify(body) }
}
