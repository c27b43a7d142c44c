import { z } from 'zod'
import { type FlowL7, type FlowPolicy, type ObservedEndpoint, type ObservedFlow, VERDICTS } from '@/lib/flows/flow'
import { templatePath } from '@/lib/flows/path-template'
import { canonicalAddress } from '@/lib/model/address'
import type { PolicyRef } from '@/lib/model/names'
import type { DecodedLine } from './decoded-line'
import { type JsonObject, objectOf, timeOf } from './json-fields'
import { NOWHERE } from './nowhere'

const MAX_NAME_LENGTH = 600
const name = z.string().min(1).max(MAX_NAME_LENGTH)
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const port = z.int().min(1).max(65_535)

const l7Schema = z.object({
  protocol: z.enum(['http', 'dns', 'kafka', 'grpc']),
  method: z.string().max(64).nullish(),
  path: z.string().nullish(),
  code: z.union([z.string().max(32), z.int()]).nullish(),
  latencyMs: z.number().min(0).nullish(),
})

/** A line of our own format, as docs/flows.md describes it. Unknown fields are left out, and counted. */
const flowLineSchema = z.object({
  time: z.union([z.string(), z.number()]).nullish(),
  id: z.string().min(1).max(128).nullish(),
  from: name,
  to: name,
  fromIp: z.string().max(64).nullish(),
  toIp: z.string().max(64).nullish(),
  protocol: z.enum(['TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPv6', 'OTHER']).nullish(),
  port: port.nullish(),
  fromPort: port.nullish(),
  verdict: z.enum(VERDICTS).nullish(),
  reason: z.string().max(128).nullish(),
  policies: z.array(z.string().min(3).max(600)).max(16).nullish(),
  direction: z.enum(['ingress', 'egress']).nullish(),
  node: z.string().max(253).nullish(),
  count: count.min(1).nullish(),
  bytes: count.nullish(),
  packets: count.nullish(),
  l7: l7Schema.nullish(),
})

function countUnknownFields(body: JsonObject): number {
  const unknownIn = (object: JsonObject | null, shape: object) =>
    object === null ? 0 : Object.keys(object).filter((field) => !Object.hasOwn(shape, field)).length
  return unknownIn(body, flowLineSchema.shape) + unknownIn(objectOf(body.l7), l7Schema.shape)
}

/**
 * True for an object that means to be a line of our own format, right or wrong: at least one of its ends is a contract name.
 * Programs of all kinds log what goes `from` somewhere `to` somewhere.
 */
export function isFlowLine(body: JsonObject): boolean {
  return isEnd(body.from) || isEnd(body.to)
}

function isEnd(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_NAME_LENGTH && readEnd(value, null) !== null
}

/**
 * Decodes a line of our own format. Every line stands for whole connections (`count`), both ends are contract names, a
 * line without a time happened when it was received, and one without a verdict states none.
 */
export function decodeFlowObject(body: JsonObject, receivedAt: number): DecodedLine {
  const result = flowLineSchema.safeParse(body)
  if (!result.success) return { kind: 'rejected', reason: sentenceOf(result.error.issues[0]) }
  const line = result.data
  const ownTime = line.time ?? null
  const time = ownTime === null ? receivedAt : readTime(ownTime)
  if (time === null) return { kind: 'rejected', reason: 'time: write RFC 3339 (2026-05-04T10:00:00Z) or milliseconds since 1970' }
  const source = readEnd(line.from, line.fromIp ?? null)
  if (source === null) return { kind: 'rejected', reason: `from: ${NAME_HELP}` }
  const destination = readEnd(line.to, line.toIp ?? null)
  if (destination === null) return { kind: 'rejected', reason: `to: ${NAME_HELP}` }
  const policies = readPolicies(line.policies ?? [])
  if (policies === null) return { kind: 'rejected', reason: 'policies: write KIND:NS/NAME or KIND:NAME' }

  const flow: ObservedFlow = {
    time,
    source,
    destination,
    protocol: line.protocol ?? 'TCP',
    port: line.port ?? null,
    sourcePort: line.fromPort ?? null,
    verdict: line.verdict ?? 'unknown',
    reason: line.reason ?? null,
    rawReason: null,
    direction: line.direction ?? null,
    policies,
    l7: line.l7 === undefined || line.l7 === null ? null : readL7(line.l7),
    bytes: line.bytes ?? null,
    packets: line.packets ?? null,
    count: line.count ?? 1,
    uuid: line.id ?? null,
    event: 'flow',
    phase: 'start',
    guessedOrder: false,
    node: line.node ?? null,
  }
  return { kind: 'flow', flow, isTimed: ownTime !== null, unknownFields: countUnknownFields(body) }
}

const NAME_HELP = 'write NS/POD, NS/NAME[KIND], svc:NS/NAME, ip:A, dns:NAME or entity:NAME'
const ENTITIES: ReadonlySet<string> = new Set(['world', 'host', 'remote-node', 'kube-apiserver', 'unknown'])

function sentenceOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'not a flow line'
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`
}

function readTime(time: string | number): number | null {
  if (typeof time === 'string') return timeOf(time)
  return Number.isFinite(time) && time >= 0 && time < 8.64e15 ? Math.floor(time) : null
}

/** An end from its contract name, and its address where that is stated as well. */
function readEnd(text: string, address: string | null): ObservedEndpoint | null {
  const ip = address === null ? null : canonicalAddress(address)
  if (address !== null && ip === null) return null
  const bare = canonicalAddress(text.startsWith('ip:') ? text.slice('ip:'.length) : text)
  if (bare !== null) return { ...NOWHERE, ip: bare }
  if (text.startsWith('ip:')) return null
  if (text.startsWith('dns:')) return text.length > 4 ? { ...NOWHERE, ip, names: [text.slice(4).toLowerCase()] } : null
  if (text.startsWith('entity:')) {
    const entity = text.slice('entity:'.length)
    return ENTITIES.has(entity) ? { ...NOWHERE, ip, entity } : null
  }
  const isService = text.startsWith('svc:')
  const whole = isService ? text.slice('svc:'.length) : text
  const slash = whole.indexOf('/')
  const namespace = whole.slice(0, slash)
  const rest = whole.slice(slash + 1)
  if (slash < 1 || rest === '' || rest.includes('/') || whole.includes(':')) return null
  if (isService) return { ...NOWHERE, ip, namespace, service: { namespace, name: rest } }
  if (!rest.endsWith(']')) return { ...NOWHERE, ip, namespace, pod: rest }
  const bracket = rest.lastIndexOf('[')
  const workload = { name: rest.slice(0, bracket), kind: rest.slice(bracket + 1, -1) }
  return bracket < 1 || workload.kind === '' ? null : { ...NOWHERE, ip, namespace, workload }
}

function readPolicies(texts: readonly string[]): readonly FlowPolicy[] | null {
  const policies: FlowPolicy[] = []
  for (const text of texts) {
    const colon = text.indexOf(':')
    if (colon < 1 || colon === text.length - 1) return null
    policies.push({ policy: text as PolicyRef, rule: null, confidence: 'stated' })
  }
  return policies
}

/** Of a DNS name or a Kafka topic. */
const MAX_NAME = 256

type LineL7 = NonNullable<z.infer<typeof flowLineSchema>['l7']>

function readL7(l7: LineL7): FlowL7 {
  const code = l7.code === undefined || l7.code === null ? null : String(l7.code)
  const isPath = l7.protocol === 'http' || l7.protocol === 'grpc'
  const path = l7.path === undefined || l7.path === null ? null : isPath ? templatePath(l7.path) : l7.path.slice(0, MAX_NAME)
  return {
    protocol: l7.protocol,
    type: code === null ? 'request' : 'response',
    method: l7.method ?? null,
    path,
    code,
    latencyMs: l7.latencyMs ?? null,
  }
}

/**
 * The line that a flow exported by the API (`source`, `destination` with `ref`) stands for; null when it is none. Its id
 * is of the process that exported it, and a policy that was inferred there is inferred anew here.
 */
export function lineOfExportedFlow(body: JsonObject): JsonObject | null {
  const source = objectOf(body.source)
  const destination = objectOf(body.destination)
  if (typeof source?.ref !== 'string' || typeof destination?.ref !== 'string') return null
  // What only the exporting process could know, or what the line says in its own words below.
  const {
    id: _id,
    source: _source,
    destination: _destination,
    sourcePort,
    rawReason: _rawReason,
    guessedOrder: _guess,
    reporter: _by,
    computed: _computed,
    overMs: _overMs,
    ...rest
  } = body
  const policies = Array.isArray(body.policies) ? body.policies.map(objectOf).filter((policy) => policy?.confidence === 'stated') : []
  return {
    ...rest,
    from: source.ref,
    to: destination.ref,
    fromIp: source.ip,
    toIp: destination.ip,
    fromPort: sourcePort,
    policies: policies.map((policy) => policy?.policy),
    l7: withoutType(body.l7),
  }
}

/** Whether it is a request or a response follows from its code. */
function withoutType(l7: unknown): unknown {
  const object = objectOf(l7)
  if (object === null) return l7
  const { type: _type, ...rest } = object
  return rest
}
