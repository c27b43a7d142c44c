import { endNameProblem } from '../model/end-name'
import type { Result } from '../model/problem'
import { type FlowProtocol, MAX_PORT, MIN_PORT } from '../model/protocol'
import type { Question } from '../policy/question'

/** What a script calls its question, given back as it came; null when it says nothing. */
export type QuestionId = string | number | null

export type QuestionLine =
  | { readonly kind: 'question'; readonly id: QuestionId; readonly question: Question; readonly unknownFields: readonly string[] }
  | { readonly kind: 'broken'; readonly id: QuestionId; readonly error: string }

const PROTOCOLS: readonly FlowProtocol[] = ['TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPv6', 'OTHER']
const FIELDS: ReadonlySet<string> = new Set(['id', 'from', 'to', 'port', 'protocol'])

/** Reads one question as a line of JSON. A broken line keeps its id where that can be made out. */
export function readQuestionLine(line: string): QuestionLine {
  let body: unknown
  try {
    body = JSON.parse(line)
  } catch {
    return { kind: 'broken', id: idInBrokenText(line), error: 'this line is not JSON' }
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { kind: 'broken', id: null, error: 'a question is an object: {"id", "from", "to", "port", "protocol"}' }
  }
  const fields = new Map<string, unknown>(Object.entries(body))
  const given = fields.get('id')
  const id = typeof given === 'string' || typeof given === 'number' ? given : null
  const question = readQuestion(fields)
  if (!question.ok) return { kind: 'broken', id, error: question.error }
  return { kind: 'question', id, question: question.value, unknownFields: [...fields.keys()].filter((name) => !FIELDS.has(name)) }
}

/** Reads what was asked; the error names the field. */
export function readQuestion(fields: ReadonlyMap<string, unknown>): Result<Question, string> {
  const from = readEnd('from', fields.get('from'))
  if (!from.ok) return from
  const to = readEnd('to', fields.get('to'))
  if (!to.ok) return to
  const port = fields.get('port') ?? null
  if (port !== null && !(typeof port === 'number' && Number.isInteger(port) && port >= MIN_PORT && port <= MAX_PORT)) {
    return { ok: false, error: `port: must be a whole number from ${MIN_PORT} to ${MAX_PORT}` }
  }
  const protocol = PROTOCOLS.find((name) => name === (fields.get('protocol') ?? 'TCP'))
  if (protocol === undefined) return { ok: false, error: `protocol: must be one of ${PROTOCOLS.join(', ')}` }
  return { ok: true, value: { from: from.value, to: to.value, port, protocol } }
}

function readEnd(field: string, value: unknown): Result<string, string> {
  if (typeof value !== 'string' || value === '') return { ok: false, error: `${field}: must be the name of an end, such as "shop/cart"` }
  const problem = endNameProblem(value)
  return problem === null ? { ok: true, value } : { ok: false, error: `${field}: ${problem}` }
}

/** Questions are short; what stands further behind is not looked at. */
const MAX_SEARCHED = 1_000

function idInBrokenText(line: string): QuestionId {
  const found = /"id"\s*:\s*(?:"([^"\\]{0,200})"|(\d{1,15}))/.exec(line.slice(0, MAX_SEARCHED))
  return found?.[1] ?? (found?.[2] === undefined ? null : Number(found[2]))
}
