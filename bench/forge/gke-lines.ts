import type { ForgedRecord } from './record'
import type { Rendering } from './rendering'
import type { TrueConnection } from './truth'
import type { ForgedPod } from './world'

/** GKE's policy log through Cloud Logging, which has an id for every entry: allowed connections from both of their ends. */
export const GKE_LOG: Rendering = {
  name: 'GKE policy logs',
  way: 'posted',
  records: (truth) => truth.flatMap(linesOf),
  outcome: ({ isAllowed }) => (isAllowed ? 'forwarded' : 'dropped'),
  namesPods: true,
  namesOutside: true,
  hasIds: true,
  maxDelayMs: 4_000,
}

function linesOf(connection: TrueConnection): readonly ForgedRecord[] {
  const { server, isAllowed } = connection
  if (typeof server === 'string') return [line(connection, 'egress', isAllowed)]
  return isAllowed ? [line(connection, 'egress', true), line(connection, 'ingress', true)] : [line(connection, 'ingress', false)]
}

function line({ id, at, client, clientPort, server, port }: TrueConnection, direction: string, isAllowed: boolean): ForgedRecord {
  const address = typeof server === 'string' ? server : server.ip
  const jsonPayload = {
    connection: { src_ip: client.ip, dest_ip: address, src_port: clientPort, dest_port: port, protocol: 'tcp', direction },
    disposition: isAllowed ? 'allow' : 'deny',
    src: endOf(client),
    dest: typeof server === 'string' ? { instance: server } : endOf(server),
    count: 1,
    node_name: direction === 'egress' || typeof server === 'string' ? client.node : server.node,
    timestamp: new Date(at).toISOString(),
  }
  return {
    at,
    connection: id,
    text: JSON.stringify({ insertId: `${direction}-${id}`, jsonPayload, timestamp: new Date(at + 900).toISOString() }),
  }
}

function endOf({ namespace, name, workload }: ForgedPod): object {
  return { pod_name: name, pod_namespace: namespace, workload_kind: 'StatefulSet', workload_name: workload }
}
