import type { Flow, FlowL7, FlowPolicy } from '@/lib/flows/flow'
import { TABLES } from '../schema/tables'
import type { EndBook } from './end-book'
import { type JsonLines, toBytes } from './json-lines'

/** Columns of `flows` and `drops`, in the order that rows are written and read in. */
export const FLOW_COLUMNS: readonly string[] = TABLES.flows.columns.map(({ name }) => name)

const SLOT_MS = 300_000

export type RowContext = {
  /** Name of the cluster, as JSON. */
  readonly cluster: string
  readonly writer: number
  readonly ends: EndBook
}

/** Start of the five minutes of a moment, in seconds. */
export function slotOf(ms: number): number {
  return (Math.floor(ms / SLOT_MS) * SLOT_MS) / 1000
}

/** Writes one line of JSON: the values of {@link FLOW_COLUMNS}. Every flow comes through here. */
export function writeFlow(
  lines: JsonLines,
  flow: Flow,
  sequence: number,
  rev: number,
  arrivedAt: number,
  { cluster, writer, ends }: RowContext,
): void {
  const source = ends.write(flow.source, arrivedAt)
  const destination = ends.write(flow.destination, arrivedAt)
  lines.put(OPEN)
  lines.put(known(cluster))
  next(lines).number(slotOf(arrivedAt))
  next(lines).put(destination.namespaceBytes)
  next(lines).put(source.namespaceBytes)
  next(lines).put(destination.idBytes)
  next(lines).put(source.idBytes)
  next(lines).put(text(flow.protocol))
  next(lines).number(flow.port ?? -1)
  next(lines).put(text(flow.verdict))
  next(lines).put(text(flow.reason))
  writePolicies(next(lines), flow.policies)
  next(lines).put(text(flow.reporter))
  next(lines).number(sequence)
  next(lines).number(writer)
  next(lines).number(rev)
  next(lines).number(Math.round(flow.time))
  next(lines).number(Math.round(flow.windowTime - flow.time))
  next(lines).number(flow.sourcePort ?? -1)
  next(lines).put(text(flow.rawReason))
  next(lines).put(text(flow.direction))
  writeL7(next(lines), flow.l7)
  next(lines).number(flow.l7?.latencyMs ?? -1)
  next(lines).number(flow.bytes ?? -1)
  next(lines).number(flow.packets ?? -1)
  next(lines).number(flow.count)
  next(lines).number(flow.guessedOrder ? 1 : 0)
  next(lines).put(text(flow.node))
  next(lines).number(flow.weight ?? 1)
  next(lines).put(text(flow.computed))
  lines.put(CLOSE)
}

const [OPEN, COMMA, CLOSE, EMPTY] = [toBytes('['), toBytes(','), toBytes(']\n'), toBytes('""')]

function next(lines: JsonLines): JsonLines {
  lines.put(COMMA)
  return lines
}

/** Reasons, machines and reporters are few: their JSON is remembered. */
const texts = new Map<string, Uint8Array>()
const MAX_TEXTS = 10_000

function text(value: string | null): Uint8Array {
  if (value === null) return EMPTY
  return texts.get(value) ?? remember(texts, value, JSON.stringify(value))
}

/** What is JSON already and the same in every row. */
const jsons = new Map<string, Uint8Array>()

function known(json: string): Uint8Array {
  return jsons.get(json) ?? remember(jsons, json, json)
}

function remember(memory: Map<string, Uint8Array>, key: string, json: string): Uint8Array {
  if (memory.size >= MAX_TEXTS) memory.clear()
  const bytes = toBytes(json)
  memory.set(key, bytes)
  return bytes
}

/** The list as JSON inside a JSON text; empty for none. Sources share the objects of equal lists. */
export function policiesText(policies: readonly FlowPolicy[]): string {
  if (policies.length === 0) return '""'
  let known = policyTexts.get(policies)
  if (known === undefined) {
    known = JSON.stringify(JSON.stringify(policies.map(({ policy, rule, confidence }) => [policy, rule, confidence])))
    policyTexts.set(policies, known)
  }
  return known
}
const policyTexts = new WeakMap<readonly FlowPolicy[], string>()

function writePolicies(lines: JsonLines, policies: readonly FlowPolicy[]): void {
  if (policies.length === 0) lines.put(EMPTY)
  else lines.text(policiesText(policies))
}

function writeL7(lines: JsonLines, l7: FlowL7 | null): void {
  if (l7 === null) lines.put(EMPTY)
  else lines.text(JSON.stringify(JSON.stringify([l7.protocol, l7.type, l7.method, l7.path, l7.code])))
}
