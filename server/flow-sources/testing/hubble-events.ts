/** A connection as it really happened, and how the cluster is set up where it did. */
export type Connection = {
  readonly client: number
  readonly server: number
  readonly port: number
  readonly clientPort: number
  readonly outcome: 'forwarded' | 'refused-by-server' | 'refused-by-client' | 'lost' | 'audit' | 'request' | 'request-refused'
  readonly startMs: number
  readonly isOneNode: boolean
  readonly hasEgressPolicy: boolean
  readonly hasIngressPolicy: boolean
  /** SYN repeats of a refused connection, at most five (1 to 31 s after the first). */
  readonly retransmissions: number
  /** Packets and answers after the first ones of a forwarded connection, 5 s apart. */
  readonly laterPackets: number
  /** Leaves out what servers before 1.10 do not send. */
  readonly isOldServer: boolean
}

/** A line of `hubble observe -o json` and the moment it was written. */
export type TimedLine = { readonly atMs: number; readonly line: string }

type Event = {
  readonly atMs: number
  /** Nanoseconds within the millisecond. */
  readonly nanos?: number
  readonly side: 'client' | 'server'
  readonly isReply?: boolean
  readonly flags?: Readonly<Record<string, boolean>>
  readonly body: Readonly<Record<string, unknown>>
}

const SYN = { SYN: true }
const RETRANSMIT_MS = [1_000, 3_000, 7_000, 15_000, 31_000]

/**
 * Every event that Cilium would report of a connection: policy verdicts on the sides that enforce, trace events at each
 * machine, drop events beside refusing verdicts, all again with each retransmission, answers, later packets, requests.
 */
export function hubbleEvents(connection: Connection): readonly TimedLine[] {
  const events = eventsOf(connection)
  return events.map((event, index) => ({ atMs: event.atMs, line: JSON.stringify(lineOf(connection, event, index)) }))
}

function eventsOf(connection: Connection): readonly Event[] {
  const { startMs, outcome } = connection
  const isRefused = outcome === 'refused-by-server' || outcome === 'refused-by-client' || outcome === 'lost'
  if (isRefused) {
    const attempts = [0, ...RETRANSMIT_MS.slice(0, connection.retransmissions)]
    return attempts.flatMap((offset) => refusedAttempt(connection, startMs + offset))
  }
  const first = [...clientSide(connection, startMs), ...serverSide(connection, startMs)]
  const answers: Event[] = [
    trace('server', startMs + 1, 'TO_STACK', 3, { isReply: true, flags: { SYN: true, ACK: true } }),
    trace('client', startMs + 1, 'TO_ENDPOINT', 0, { isReply: true, flags: { SYN: true, ACK: true } }),
  ]
  const later = Array.from({ length: connection.laterPackets }, (_, index) => {
    const atMs = startMs + 5_000 * (index + 1)
    return [
      trace('client', atMs, 'TO_OVERLAY', 4, { flags: { ACK: true } }),
      trace('server', atMs, 'TO_ENDPOINT', 0, { flags: { PSH: true, ACK: true } }),
      trace('client', atMs + 1, 'TO_ENDPOINT', 0, { isReply: true, flags: { ACK: true } }),
    ]
  })
  return [...first, ...answers, ...later.flat(), ...requests(connection)]
}

function clientSide(connection: Connection, atMs: number): Event[] {
  const isProxied = connection.outcome === 'request' || connection.outcome === 'request-refused'
  const events: Event[] = []
  if (connection.hasEgressPolicy || isProxied) {
    const allowed = [{ name: 'client-egress', namespace: 'lab', kind: 'CiliumNetworkPolicy' }]
    events.push({
      atMs,
      side: 'client',
      flags: SYN,
      body: {
        verdict: isProxied ? 'REDIRECTED' : 'FORWARDED',
        event_type: { type: 5 },
        traffic_direction: 'EGRESS',
        is_reply: false,
        egress_allowed_by: allowed,
      },
    })
  }
  if (isProxied) events.push(trace('client', atMs, 'TO_PROXY', 1, { flags: SYN }))
  events.push(
    connection.isOneNode ? trace('client', atMs, 'TO_STACK', 3, { flags: SYN }) : trace('client', atMs, 'TO_OVERLAY', 4, { flags: SYN }),
  )
  return events
}

function serverSide(connection: Connection, atMs: number): Event[] {
  const events: Event[] = []
  const isAudited = connection.outcome === 'audit'
  if (connection.hasIngressPolicy || isAudited) {
    const verdict = isAudited ? 'AUDIT' : 'FORWARDED'
    events.push({
      atMs,
      side: 'server',
      flags: SYN,
      body: { verdict, event_type: { type: 5 }, traffic_direction: 'INGRESS', is_reply: false },
    })
  }
  events.push(trace('server', atMs, 'TO_ENDPOINT', 0, { flags: SYN }))
  return events
}

function refusedAttempt(connection: Connection, atMs: number): Event[] {
  const refusal = { verdict: 'DROPPED', drop_reason: 133, drop_reason_desc: 'POLICY_DENIED' }
  if (connection.outcome === 'lost') {
    const body = {
      verdict: 'DROPPED',
      drop_reason: 158,
      drop_reason_desc: 'SERVICE_BACKEND_NOT_FOUND',
      event_type: { type: 1, sub_type: 158 },
      traffic_direction: 'EGRESS',
    }
    return [{ atMs, side: 'client', flags: SYN, body }]
  }
  const isAtServer = connection.outcome === 'refused-by-server'
  const side = isAtServer ? 'server' : 'client'
  const traffic_direction = isAtServer ? 'INGRESS' : 'EGRESS'
  const twins: Event[] = [
    { atMs, nanos: 100_000, side, flags: SYN, body: { ...refusal, event_type: { type: 5 }, traffic_direction } },
    { atMs, nanos: 109_500, side, flags: SYN, body: { ...refusal, event_type: { type: 1, sub_type: 133 }, traffic_direction } },
  ]
  return isAtServer ? [...clientSide(connection, atMs), ...twins] : twins
}

function requests(connection: Connection): Event[] {
  const { outcome, startMs } = connection
  if (outcome !== 'request' && outcome !== 'request-refused') return []
  const isRefused = outcome === 'request-refused'
  const http = { method: 'GET', url: 'http://server/orders?token=secret', protocol: 'HTTP/1.1' }
  const body = { Type: 'L7', event_type: { type: 129 }, traffic_direction: 'EGRESS' }
  return [
    {
      atMs: startMs + 2,
      side: 'client',
      body: { ...body, verdict: isRefused ? 'DROPPED' : 'FORWARDED', is_reply: false, l7: { type: 'REQUEST', http } },
    },
    {
      atMs: startMs + 4,
      side: 'client',
      isReply: true,
      body: {
        ...body,
        verdict: 'FORWARDED',
        is_reply: true,
        l7: { type: 'RESPONSE', latency_ns: '2000000', http: { ...http, code: isRefused ? 403 : 200 } },
      },
    },
  ]
}

function trace(
  side: Event['side'],
  atMs: number,
  point: string,
  subType: number,
  more: { readonly isReply?: boolean; readonly flags: Readonly<Record<string, boolean>> },
): Event {
  const isOverlay = point === 'TO_OVERLAY'
  const isStart = more.flags.SYN === true && more.flags.ACK !== true
  const body = {
    verdict: 'FORWARDED',
    event_type: subType === 0 ? { type: 4 } : { type: 4, sub_type: subType },
    trace_observation_point: point,
    ...(isOverlay ? {} : { traffic_direction: side === 'client' ? 'EGRESS' : 'INGRESS', is_reply: more.isReply === true }),
    ...(isOverlay ? {} : { trace_reason: more.isReply === true ? 'REPLY' : isStart ? 'NEW' : 'ESTABLISHED' }),
  }
  return { atMs, side, ...more, body }
}

function lineOf(connection: Connection, event: Event, index: number): object {
  const isReply = event.isReply === true
  const client = { pod: connection.client, port: connection.clientPort }
  const server = { pod: connection.server, port: connection.port }
  const [source, destination] = isReply ? [server, client] : [client, server]
  const machine = event.side === 'client' || connection.isOneNode ? `node-${connection.client}` : `node-${connection.server}`
  const time = `${new Date(event.atMs).toISOString().slice(0, -1)}${String(event.nanos ?? 0).padStart(6, '0')}Z`
  const flow: Record<string, unknown> = {
    time,
    uuid: `${connection.startMs}-${connection.clientPort}-${index}`,
    IP: { source: `10.0.0.${source.pod}`, destination: `10.0.0.${destination.pod}`, ipVersion: 'IPv4' },
    l4: {
      TCP: { source_port: source.port, destination_port: destination.port, ...(event.flags === undefined ? {} : { flags: event.flags }) },
    },
    source: { namespace: 'lab', pod_name: `pod-${source.pod}` },
    destination: { namespace: 'lab', pod_name: `pod-${destination.pod}` },
    Type: 'L3_L4',
    node_name: machine,
    ...event.body,
  }
  if (connection.isOldServer) {
    if (flow.is_reply === true) flow.reply = true
    delete flow.is_reply
    delete flow.trace_reason
    delete flow.drop_reason_desc
  }
  return { flow, node_name: machine, time }
}
