import { FLOW_COLUMNS } from '@/server/store/rows/flow-rows'

/**
 * Statements that fill a store with rows as the product writes them, without sending each: 300 namespaces' worth of
 * workloads, a fifth of the pairs with four fifths of the traffic, random client ports, one flow in fifty refused.
 */
export type RowPlan = {
  readonly rows: number
  /** Distinct pairs of ends with port. */
  readonly pairs: number
  /** Flows a second. */
  readonly rate: number
  /** End of the stretch that is filled, in seconds since the epoch. */
  readonly until: number
}

/** A pair's number from a row's: skewed, and the same for every table. */
const pairOf = ({ pairs }: RowPlan) => `toUInt64(pow((sipHash64(number) % 1000003) / 1000003, 4) * ${pairs})`

const END = {
  source: "concat('web-', toString(pair % 4000))",
  destination: "concat('svc-', toString(intDiv(pair, 7) % 1500))",
}
const NS = {
  source: "concat('ns-', toString(pair % 4000 % 60))",
  destination: "concat('ns-', toString(intDiv(pair, 7) % 1500 % 60))",
}
const PORT = '[80, 443, 8080, 5432, 6379, 53][1 + pair % 6]'

/** One row of `flows` or `drops` for each of some numbers. */
export function fillFlows(table: 'flows' | 'drops', plan: RowPlan, first: number, count: number): string {
  const isDrop = table === 'drops'
  const seconds = plan.until - plan.rows / plan.rate
  const values: Readonly<Record<string, string>> = {
    cluster: "'bench'",
    slot: `toStartOfInterval(toDateTime(intDiv(at, 1000)), INTERVAL 5 MINUTE)`,
    dst_ns: NS.destination,
    src_ns: NS.source,
    dst: `cityHash64(${END.destination})`,
    src: `cityHash64(${END.source})`,
    protocol: "if(pair % 6 = 5, 'UDP', 'TCP')",
    port: PORT,
    verdict: isDrop ? "'dropped'" : "'forwarded'",
    reason: isDrop ? "['policy/default-deny', 'policy/rule'][1 + pair % 2]" : "''",
    policies: isDrop ? 'concat(\'[["NetworkPolicy:\', dst_ns, \'/default",null,"inferred"]]\')' : "''",
    reporter: "'hubble'",
    seq: `toUInt64(${Math.floor(seconds)}) * 1048576 + number`,
    writer: '7',
    rev: '0',
    time: 'at',
    shift: '0',
    source_port: '32768 + sipHash64(number, 3) % 28232',
    raw_reason: isDrop ? "'POLICY_DENIED'" : "''",
    direction: "if(pair % 2 = 0, 'ingress', 'egress')",
    l7: `if(pair % 10 = 3, concat('["http","request","', ['GET','POST'][1 + sipHash64(number, 4) % 2], '","/api/v', toString(pair % 40), '/items/{id}",null]'), '')`,
    latency: 'if(pair % 10 = 3, sipHash64(number, 5) % 200, -1)',
    // As half of the sources count them.
    bytes: 'if(pair % 2 = 0, -1, 60 + sipHash64(number, 6) % 30000)',
    packets: 'if(pair % 2 = 0, -1, 1 + intDiv(sipHash64(number, 6) % 30000, 1400))',
    count: '1',
    guessed: '0',
    weight: '1',
    node: "concat('node-', toString((pair % 4000) % 200))",
    computed: isDrop ? "'denied'" : "'allowed'",
  }
  const columns = FLOW_COLUMNS.map((column) => `${values[column] ?? "''"} AS ${column}`)
  const at = `toInt64(${Math.floor(seconds * 1000)} + number * ${1000 / plan.rate} - sipHash64(number, 2) % 1500)`
  const where = `sipHash64(number, 1) % 50 ${isDrop ? '=' : '!='} 0`
  return (
    `INSERT INTO sluice.${table} (${FLOW_COLUMNS.join(', ')}) SELECT ${columns.join(', ')} ` +
    `FROM (SELECT number, ${pairOf(plan)} AS pair, ${at} AS at FROM numbers(${first}, ${count}) WHERE ${where})`
  )
}

/** The ends that those rows name. */
export function fillEnds(plan: RowPlan): string {
  const row = (end: string, ns: string) =>
    `SELECT DISTINCT ${end} AS name, ${ns} AS namespace FROM (SELECT number AS pair FROM numbers(${plan.pairs}))`
  const days = Math.ceil(plan.rows / plan.rate / 86_400) + 1
  return (
    'INSERT INTO sluice.ends (cluster, day, id, ref, namespace, workload, pod, service, ip, ip_group, identity, candidates) ' +
    `SELECT 'bench', toDate(toDateTime(${plan.until})) - arrayJoin(range(${days})), cityHash64(name), concat(namespace, '/', name), namespace, concat(namespace, '/', name, '[Deployment]'), ` +
    `concat(namespace, '/', name, '-7d9f'), '', '10.0.0.1', '', 'stated', [] FROM (${row(END.source, NS.source)} UNION ALL ${row(END.destination, NS.destination)})`
  )
}

/** The sums per minute of those rows of `[from, to)`, in seconds, as the flow window would have written them. */
export function fillSums(from: number, to: number): string {
  const lanes = 'dst_ns, src_ns, dst, src, protocol, port, verdict, reason, policies, reporter'
  const read = (table: string) =>
    `SELECT time, ${lanes}, count FROM sluice.${table} WHERE cluster = 'bench' AND time >= ${from * 1000} AND time < ${to * 1000}`
  return (
    `INSERT INTO sluice.edges_1m (cluster, slot, ${lanes}, family, writer, cell, version, count, repeats, bytes, first_seen, last_seen) ` +
    `SELECT 'bench', toStartOfMinute(toDateTime(intDiv(time, 1000))) AS minute, ${lanes}, 'hubble', 7, toUInt32(cityHash64(minute, dst, src, port, verdict)), 1, sum(count), 0, -1, min(time), max(time) ` +
    `FROM (${read('flows')} UNION ALL ${read('drops')}) GROUP BY minute, ${lanes}`
  )
}
