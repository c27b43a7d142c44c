import type { ForgedRecord } from './record'
import type { Rendering } from './rendering'
import type { TrueConnection } from './truth'
import type { ForgedPod } from './world'

/** `hubble observe -o json`, posted. */
export const HUBBLE_LINES: Rendering = {
  name: 'Hubble as lines',
  way: 'posted',
  // Half of the pods have no policy.
  records: (truth) => truth.flatMap((connection) => hubbleRecords(connection, connection.client.id % 2 === 0)),
  outcome: ({ isAllowed }) => (isAllowed ? 'forwarded' : 'dropped'),
  namesPods: true,
  namesOutside: true,
  hasIds: true,
  maxDelayMs: 4_000,
}

/** The same by Hubble's API. */
export const HUBBLE: Rendering = { ...HUBBLE_LINES, name: 'Hubble', way: 'hubble' }

const RETRANSMIT_MS = [1_000, 3_000, 7_000]

/**
 * What Cilium reports of a connection, as lines of `hubble observe -o json`: a verdict at the server, trace events at
 * both machines, an answer, later packets; for a refused one the verdict and its drop, again with every retransmission.
 *
 * @param hasIngressPolicy without a policy for the server no verdict is reported.
 */
function hubbleRecords(connection: TrueConnection, hasIngressPolicy: boolean): readonly ForgedRecord[] {
  const { at, isAllowed } = connection
  const { client, server } = connection
  const there = typeof server === 'string' ? client.node : server.node
  if (!isAllowed) {
    const side = typeof server === 'string' ? 'EGRESS' : 'INGRESS'
    const refusal = { verdict: 'DROPPED', drop_reason: 133, drop_reason_desc: 'POLICY_DENIED', traffic_direction: side }
    return [0, ...RETRANSMIT_MS].flatMap((offset) => [
      line(connection, at + offset, there, { ...refusal, event_type: { type: 5 } }),
      line(connection, at + offset, there, { ...refusal, event_type: { type: 1, sub_type: 133 } }),
    ])
  }
  const records = [trace(connection, at, client.node, 'TO_STACK', 3, 'EGRESS', 'NEW')]
  if (typeof server === 'string') return records
  if (hasIngressPolicy) {
    const verdict = { verdict: 'FORWARDED', event_type: { type: 5 }, traffic_direction: 'INGRESS', is_reply: false }
    records.push(line(connection, at, there, verdict))
  }
  records.push(trace(connection, at, there, 'TO_ENDPOINT', 0, 'INGRESS', 'NEW'))
  records.push(trace(connection, at + 1, there, 'TO_STACK', 3, 'INGRESS', 'REPLY'))
  records.push(trace(connection, at + 40, there, 'TO_ENDPOINT', 0, 'INGRESS', 'ESTABLISHED'))
  return records
}

function trace(
  connection: TrueConnection,
  at: number,
  node: string,
  point: string,
  subType: number,
  direction: string,
  reason: 'NEW' | 'REPLY' | 'ESTABLISHED',
): ForgedRecord {
  const flags = reason === 'NEW' ? { SYN: true } : reason === 'REPLY' ? { SYN: true, ACK: true } : { ACK: true }
  return line(connection, at, node, {
    verdict: 'FORWARDED',
    event_type: subType === 0 ? { type: 4 } : { type: 4, sub_type: subType },
    trace_observation_point: point,
    trace_reason: reason,
    traffic_direction: direction,
    is_reply: reason === 'REPLY',
    flags,
  })
}

let uuids = 0

function line(
  connection: TrueConnection,
  at: number,
  node: string,
  { flags = { SYN: true }, ...body }: { readonly flags?: object; readonly [field: string]: unknown },
): ForgedRecord {
  const client = { ...endOf(connection.client), port: connection.clientPort }
  const server = { ...endOf(connection.server), port: connection.port }
  const [from, to] = body.is_reply === true ? [server, client] : [client, server]
  const time = new Date(at).toISOString()
  uuids++
  const flow = {
    time,
    uuid: `00000000-0000-4000-8000-${String(uuids).padStart(12, '0')}`,
    IP: { source: from.ip, destination: to.ip, ipVersion: 'IPv4' },
    l4: { TCP: { source_port: from.port, destination_port: to.port, flags } },
    source: from.endpoint,
    destination: to.endpoint,
    Type: 'L3_L4',
    node_name: `forge/${node}`,
    ...body,
  }
  return { at, connection: connection.id, text: JSON.stringify({ flow, node_name: flow.node_name, time }) }
}

function endOf(end: ForgedPod | string): { readonly ip: string; readonly endpoint: object } {
  if (typeof end === 'string') return { ip: end, endpoint: { identity: 2, labels: ['reserved:world'] } }
  const { ip, namespace, name, workload } = end
  return { ip, endpoint: { ID: 7, identity: 4_242, namespace, pod_name: name, workloads: [{ name: workload, kind: 'StatefulSet' }] } }
}
