import { z } from 'zod'
import { CHANGE_TOPICS } from '../changes/cluster-change'
import { VERDICTS } from '../flows/flow'
import type { PodRef, PolicyRef, ServiceRef, WorkloadRef } from '../model/names'
import { PROTOCOLS } from '../model/protocol'

/** What the lines of a bundle may say. Fields that nobody knows are ignored. */

const name = z.string().max(1_000)
const text = z.string().max(8_192)
const count = z.number().int().min(0)
/** Milliseconds since the epoch that a calendar can say. */
const time = z.number().min(-8.64e15).max(8.64e15)
const port = z.number().int().min(0).max(65_535).nullable()
const instant = z
  .string()
  .max(40)
  .transform((written, context) => {
    const at = Date.parse(written)
    if (!Number.isFinite(at)) context.addIssue({ code: 'custom', message: 'not a moment in time' })
    return at
  })

/** Contract names are checked where they are looked up: one that names nothing is the name of nothing. */
function ref<Ref extends string>() {
  return name.transform((written) => written as Ref)
}

export const headerLine = z.object({
  createdAt: instant,
  recordedAt: instant,
  changesSince: instant,
  tool: name,
  cluster: name,
  source: z.enum(['demo', 'manifests', 'live']),
  masked: z.boolean(),
  view: z.string().max(20_000),
})

export const documentLine = z.object({
  origin: z.object({ file: text, line: count, column: count }).nullable(),
  body: z.unknown(),
})

export const unreadLine = z.object({ kind: name, names: z.array(name).max(100_000) })

export const problemLine = z.object({
  file: text,
  line: count.nullable(),
  column: count.nullable(),
  severity: z.enum(['error', 'warning']),
  message: text,
})

const ranges = z.array(z.tuple([count, count])).max(70_000)
const connections = z.union([
  z.literal('all'),
  z.literal('none'),
  z.object({ TCP: ranges.exactOptional(), UDP: ranges.exactOptional(), SCTP: ranges.exactOptional() }),
])

const verdicts = z.discriminatedUnion('state', [
  z.object({ state: z.literal('pending') }),
  z.object({
    state: z.literal('computed'),
    opened: count,
    closed: count,
    otherwise: count,
    pairs: z.array(z.object({ source: name, destination: name, before: connections, after: connections })).max(1_000),
  }),
  z.object({ state: z.literal('not-computed'), reason: text }),
])

export const effectLine = z.object({ revision: count, verdicts, together: count })

export const changeLine = z.object({
  id: count,
  at: time,
  until: time,
  times: count,
  revision: count,
  topic: z.enum(CHANGE_TOPICS),
  type: z.enum(['added', 'changed', 'removed']),
  objectKind: name,
  ref: name,
  namespace: name.nullable(),
  fields: z.array(z.object({ path: text, before: text.nullable(), after: text.nullable() })).max(1_000),
  moreFields: count,
})

/** The same in a store: each change with what it did. */
export const storedChangeBody = z.object({ change: changeLine, effect: effectLine.omit({ revision: true }) })

const counts = z.record(name, count)

export const sourceLine = z.object({
  name,
  kind: name,
  ledger: z.object({
    source: name,
    received: count,
    stored: count,
    sampled: count,
    dropped: counts,
    ignored: counts,
    queued: count,
    lostAtSource: count,
  }),
})

export const endpointLine = z.object({
  ref: name,
  namespace: name.nullable(),
  workload: ref<WorkloadRef>().nullable(),
  pod: ref<PodRef>().nullable(),
  service: ref<ServiceRef>().nullable(),
  ip: name.nullable(),
  group: name.nullable(),
  identity: z.enum(['stated', 'resolved', 'uncertain']),
  candidates: z.array(name).max(1_000),
})

const policies = z
  .array(z.object({ policy: ref<PolicyRef>(), rule: name.nullable(), confidence: z.enum(['stated', 'inferred']) }))
  .max(1_000)

/** Ends by their number. */
const traffic = {
  source: count,
  destination: count,
  protocol: z.enum([...PROTOCOLS, 'ICMP', 'ICMPv6', 'OTHER']),
  port,
  verdict: z.enum(VERDICTS),
  reason: name.nullable(),
  policies,
  reporter: name,
}

export const laneLine = z.object({ ...traffic, rank: count })

/** Each row: lane, connections that began, repeats, bytes, first seen (from the bucket), last seen (from the first). */
export const cellsLine = z.object({
  bucket: time,
  rows: z.array(z.tuple([count, z.number().min(0), z.number().min(0), z.number().min(0).nullable(), time, time])).max(100_000),
})

export const flowLine = z.object({
  ...traffic,
  id: name,
  time,
  windowTime: time,
  sourcePort: port,
  rawReason: text.nullable(),
  direction: z.enum(['ingress', 'egress']).nullable(),
  l7: z
    .object({
      protocol: z.enum(['http', 'dns', 'kafka', 'grpc']),
      type: z.enum(['request', 'response']),
      method: text.nullable(),
      path: text.nullable(),
      code: name.nullable(),
      latencyMs: z.number().min(0).nullable(),
    })
    .nullable(),
  bytes: z.number().min(0).nullable(),
  packets: z.number().min(0).nullable(),
  count: z.number().min(0),
  guessedOrder: z.boolean(),
  node: name.nullable(),
  computed: z.enum(['allowed', 'denied', 'unknown']).nullable(),
})
