import type { Flow, FlowL7, FlowPolicy } from '@/lib/flows/flow'
import { TABLES } from '../schema/tables'
import type { EndBook } from './end-book'

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

/** One line of JSON: the values of {@link FLOW_COLUMNS}. Put together as text, because every flow comes through here. */
export function flowRow(flow: Flow, sequence: number, rev: number, arrivedAt: number, { cluster, writer, ends }: RowContext): string {
  const source = ends.write(flow.source, arrivedAt)
  const destination = ends.write(flow.destination, arrivedAt)
  return `[${cluster},${slotOf(arrivedAt)},${destination.namespace},${source.namespace},${destination.id},${source.id},"${flow.protocol}",${flow.port ?? -1},"${flow.verdict}",${text(flow.reason)},${policiesText(flow.policies)},${text(flow.reporter)},${sequence},${writer},${rev},${Math.round(flow.time)},${Math.round(flow.windowTime - flow.time)},${flow.sourcePort ?? -1},${text(flow.rawReason)},"${flow.direction ?? ''}",${l7Text(flow.l7)},${flow.l7?.latencyMs ?? -1},${flow.bytes ?? -1},${flow.packets ?? -1},${flow.count},${flow.guessedOrder ? 1 : 0},${text(flow.node)},${flow.weight ?? 1},"${flow.computed ?? ''}"]\n`
}

/** Reasons, machines and reporters are few: their JSON is remembered. */
function text(value: string | null): string {
  if (value === null) return '""'
  const known = texts.get(value)
  if (known !== undefined) return known
  if (texts.size >= MAX_TEXTS) texts.clear()
  const written = JSON.stringify(value)
  texts.set(value, written)
  return written
}
const texts = new Map<string, string>()
const MAX_TEXTS = 10_000

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

function l7Text(l7: FlowL7 | null): string {
  if (l7 === null) return '""'
  return JSON.stringify(JSON.stringify([l7.protocol, l7.type, l7.method, l7.path, l7.code]))
}
