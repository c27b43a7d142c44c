/** A column: its name, its type, and how it is compressed where the default is not best. */
export type Column = { readonly name: string; readonly type: string; readonly codec?: string }

/** A table of the store, apart from where it lies. */
export type Table = {
  readonly name: string
  readonly columns: readonly Column[]
  /** Further lines between the columns: skip indexes. */
  readonly indexes?: readonly string[]
  /** Rows with equal sort keys are one, the one with the highest value of this column; null keeps all. */
  readonly replacedBy: string | null
  readonly partitionBy: string | null
  readonly orderBy: readonly string[]
  /** First columns of the sort key that are kept in memory; all without it. */
  readonly primaryKey?: readonly string[]
  /** The time that age is counted from; null keeps rows for ever. */
  readonly ageOf: string | null
  /** What decides on which shard of a cluster a row lies. */
  readonly shardBy: string
}

const DELTA = 'CODEC(Delta, ZSTD(1))'
const SMALL = 'CODEC(T64, ZSTD(1))'
const TEXT = 'CODEC(ZSTD(1))'

function column(name: string, type: string, codec?: string): Column {
  return codec === undefined ? { name, type } : { name, type, codec }
}

const names = (...list: readonly string[]) => list.map((name) => column(name, 'LowCardinality(String)', TEXT))

const VERDICT = "Enum8('forwarded' = 1, 'dropped' = 2, 'audit' = 3, 'error' = 4, 'unknown' = 5)"

/** What flows of one lane have in common. Ends are ids of `ends`; a port of -1 is none; `policies` is JSON, empty for none. */
const LANE: readonly Column[] = [
  ...names('dst_ns', 'src_ns'),
  column('dst', 'LowCardinality(UInt64)', TEXT),
  column('src', 'LowCardinality(UInt64)', TEXT),
  ...names('protocol'),
  column('port', 'Int32', SMALL),
  column('verdict', VERDICT, TEXT),
  ...names('reason', 'policies', 'reporter'),
]

/** Flows one by one. -1 in a number, and an empty text, stand for null. */
const FLOW: readonly Column[] = [
  ...names('cluster'),
  /** The five minutes in which it arrived. */
  column('slot', 'DateTime', DELTA),
  ...LANE,
  /** Order of arrival, and which run of which server counted it. */
  column('seq', 'UInt64', DELTA),
  column('writer', 'UInt32', TEXT),
  /** Later versions of the same flow have higher numbers. */
  column('rev', 'UInt32', TEXT),
  /** Milliseconds: its own time, and how much later the window counted it. */
  column('time', 'Int64', DELTA),
  column('shift', 'Int64', SMALL),
  column('source_port', 'Int32', SMALL),
  ...names('raw_reason'),
  column('direction', "Enum8('' = 0, 'ingress' = 1, 'egress' = 2)", TEXT),
  /** JSON [protocol, type, method, path, code]; empty for none. */
  ...names('l7'),
  column('latency', 'Float32', TEXT),
  column('bytes', 'Int64', SMALL),
  column('packets', 'Int64', SMALL),
  column('count', 'UInt32', SMALL),
  column('guessed', 'UInt8', TEXT),
  ...names('node'),
  /** Rows that it stands for, where others were left out; 0 and 1 are one. */
  column('weight', 'UInt32', SMALL),
  column('computed', "Enum8('' = 0, 'allowed' = 1, 'denied' = 2, 'unknown' = 3)", TEXT),
]

const FLOW_INDEXES = [
  'INDEX by_seq seq TYPE minmax GRANULARITY 1',
  'INDEX by_time time TYPE minmax GRANULARITY 1',
  'INDEX by_rev rev TYPE minmax GRANULARITY 1',
  'INDEX by_src src TYPE bloom_filter(0.01) GRANULARITY 1',
  'INDEX by_dst dst TYPE bloom_filter(0.01) GRANULARITY 1',
  'INDEX by_reason reason TYPE set(64) GRANULARITY 1',
  'INDEX by_l7 l7 TYPE ngrambf_v1(4, 4096, 2, 0) GRANULARITY 1',
]

/** Sums of several kinds of sources stay apart: which of them counts is decided where they meet. Empty where an old version wrote it. */
const FAMILY = names('family')

const SUMS: readonly Column[] = [
  /** Below zero in a cell that takes back what an earlier one counted. */
  column('count', 'Int64', SMALL),
  column('repeats', 'Int64', SMALL),
  /** How much of the two does not count, because a better source reports the same. */
  column('evidence', 'Int64', SMALL),
  column('evidence_repeats', 'Int64', SMALL),
  column('bytes', 'Int64', SMALL),
  column('first_seen', 'Int64', DELTA),
  column('last_seen', 'Int64', DELTA),
]

const SHARD = 'cityHash64(cluster, dst_ns)'
/** Small enough that giving up the oldest one frees space without losing a day. */
const SIX_HOURS = 'toStartOfInterval(slot, INTERVAL 6 HOUR)'

/** Sums of a length of time, one for each lane. */
function rollup<const Name extends string>(name: Name, partitionBy: string) {
  return {
    name,
    columns: [...names('cluster'), column('slot', 'DateTime', DELTA), ...LANE, ...FAMILY, column('version', 'UInt64', DELTA), ...SUMS],
    replacedBy: 'version',
    partitionBy,
    orderBy: [
      'cluster',
      'slot',
      'dst_ns',
      'src_ns',
      'dst',
      'src',
      'protocol',
      'port',
      'verdict',
      'reason',
      'policies',
      'reporter',
      'family',
    ],
    primaryKey: ['cluster', 'slot', 'dst_ns', 'src_ns'],
    ageOf: 'slot',
    shardBy: SHARD,
  } satisfies Table
}

/** All tables, as the newest version of the schema has them. */
export const TABLES = {
  flows: {
    name: 'flows',
    columns: FLOW,
    indexes: FLOW_INDEXES,
    replacedBy: null,
    partitionBy: SIX_HOURS,
    orderBy: ['cluster', 'slot', 'dst_ns', 'src_ns', 'dst', 'src', 'seq'],
    ageOf: 'slot',
    shardBy: SHARD,
  },
  /** Refused flows have a table of their own: they are searched most, and must stay when there is no room for the others. */
  drops: {
    name: 'drops',
    columns: FLOW,
    indexes: FLOW_INDEXES,
    replacedBy: null,
    partitionBy: SIX_HOURS,
    orderBy: ['cluster', 'slot', 'seq'],
    ageOf: 'slot',
    shardBy: SHARD,
  },
  /** Ends of flows by id, written again every day that they are seen on. */
  ends: {
    name: 'ends',
    columns: [
      ...names('cluster'),
      column('day', 'Date', DELTA),
      column('id', 'UInt64', TEXT),
      column('ref', 'String', TEXT),
      ...names('namespace'),
      column('workload', 'String', TEXT),
      column('pod', 'String', TEXT),
      column('service', 'String', TEXT),
      column('ip', 'String', TEXT),
      column('ip_group', 'String', TEXT),
      ...names('identity'),
      column('candidates', 'Array(String)', TEXT),
    ],
    replacedBy: '',
    partitionBy: 'day',
    orderBy: ['cluster', 'id'],
    ageOf: 'day',
    shardBy: 'id',
  },
  /** Sums per minute. A cell is one sum of one run of one server; its newest version counts. */
  edges1m: {
    name: 'edges_1m',
    columns: [
      ...names('cluster'),
      column('slot', 'DateTime', DELTA),
      ...LANE,
      ...FAMILY,
      column('writer', 'UInt32', TEXT),
      column('cell', 'UInt32', DELTA),
      column('version', 'UInt32', SMALL),
      ...SUMS,
    ],
    replacedBy: 'version',
    partitionBy: SIX_HOURS,
    orderBy: ['cluster', 'slot', 'dst_ns', 'src_ns', 'writer', 'cell'],
    ageOf: 'slot',
    shardBy: SHARD,
  },
  /** Sums of longer times, made from shorter ones as often as they change. */
  edges10m: rollup('edges_10m', SIX_HOURS),
  edges1h: rollup('edges_1h', 'toDate(slot)'),
  edges6h: rollup('edges_6h', 'toDate(slot)'),
  /** What changed in the cluster; `body` is the change as JSON. */
  changes: {
    name: 'changes',
    columns: [
      ...names('cluster'),
      column('slot', 'DateTime', DELTA),
      column('writer', 'UInt32', TEXT),
      column('id', 'UInt64', DELTA),
      column('version', 'UInt64', DELTA),
      column('at', 'Int64', DELTA),
      column('until', 'Int64', DELTA),
      ...names('topic', 'namespace'),
      column('ref', 'String', TEXT),
      column('body', 'String', TEXT),
    ],
    replacedBy: 'version',
    partitionBy: 'toDate(slot)',
    orderBy: ['cluster', 'slot', 'writer', 'id'],
    ageOf: 'slot',
    shardBy: 'cityHash64(cluster)',
  },
  /** Objects of the cluster from `since` to `until`; of those that are there now, `until` is the year 2090. */
  objects: {
    name: 'objects',
    columns: [
      ...names('cluster', 'kind', 'namespace'),
      column('name', 'String', TEXT),
      column('since', 'Int64', DELTA),
      column('until', 'Int64', DELTA),
      column('until_time', 'DateTime', DELTA),
      column('version', 'UInt64', DELTA),
      column('hash', 'UInt64', TEXT),
      column('body', 'String', TEXT),
    ],
    replacedBy: 'version',
    partitionBy: null,
    orderBy: ['cluster', 'kind', 'namespace', 'name', 'since'],
    ageOf: 'until_time',
    shardBy: 'cityHash64(cluster)',
  },
  /** Accounts of the sources, now and then; `body` is the ledger as JSON. */
  ledger: {
    name: 'ledger',
    columns: [
      ...names('cluster'),
      column('slot', 'DateTime', DELTA),
      column('writer', 'UInt32', TEXT),
      ...names('source'),
      column('body', 'String', TEXT),
    ],
    replacedBy: null,
    partitionBy: 'toDate(slot)',
    orderBy: ['cluster', 'slot', 'source', 'writer'],
    ageOf: 'slot',
    shardBy: 'cityHash64(cluster)',
  },
  /** What each collector last said of itself and its sources; `body` is a report as JSON. */
  collectors: {
    name: 'collectors',
    columns: [
      ...names('cluster'),
      column('writer', 'UInt32', TEXT),
      column('slot', 'DateTime', DELTA),
      column('version', 'UInt64', DELTA),
      column('body', 'String', TEXT),
    ],
    replacedBy: 'version',
    partitionBy: null,
    orderBy: ['cluster', 'writer'],
    ageOf: 'slot',
    shardBy: 'cityHash64(cluster)',
  },
} as const satisfies Record<string, Table>

export const ALL_TABLES: readonly Table[] = Object.values(TABLES)
