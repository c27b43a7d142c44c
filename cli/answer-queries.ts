import { readQuestionLine } from '@/lib/api/read-question-line'
import { type AnswerStyle, verdictLine } from '@/lib/api/report/verdict-line'
import type { InputProblem } from '@/lib/model/problem'
import type { PolicyEngine } from '@/lib/policy/engine'
import type { CommandContext, ExitCode } from './command'
import type { InputReport } from './input-report'
import { readLines } from './read-lines'

/** A question is a few hundred bytes. */
const MAX_LINE_BYTES = 64 * 1024

/** Answers collected before they are written; a script that asks one by one waits for none of them. */
const BUFFER_CHARACTERS = 32 * 1024

/**
 * Answers a file of questions, one line each, in order. A line that cannot be read gets a line with its `error`, and
 * the rest is answered all the same.
 */
export async function answerQueries(
  path: string,
  engine: PolicyEngine,
  style: AnswerStyle,
  input: InputReport,
  { stdout, drained }: CommandContext,
): Promise<ExitCode> {
  const ignored = new Map<string, number>()
  let isAllAllowed = true
  let buffer = ''
  const answer = async (line: object): Promise<boolean> => {
    buffer += `${JSON.stringify(line)}\n`
    if (path !== '-' && buffer.length < BUFFER_CHARACTERS) return true
    stdout(buffer)
    buffer = ''
    return drained()
  }
  for await (const read of readLines(path, MAX_LINE_BYTES)) {
    if (!read.ok) {
      input.problems([problemAt(path, 1, read.error)])
      break
    }
    const { text, line } = read.value
    if (text?.trim() === '') continue
    const query = text === null ? ({ kind: 'broken', id: null, error: 'this line is too long' } as const) : readQuestionLine(text)
    if (query.kind === 'broken') {
      input.problems([problemAt(path, line, query.error)])
      if (await answer({ id: query.id, error: query.error })) continue
      break
    }
    for (const name of query.unknownFields) ignored.set(name, (ignored.get(name) ?? 0) + 1)
    const verdict = engine.evaluate(query.question)
    isAllAllowed &&= verdict.verdict === 'allowed'
    if (!(await answer(verdictLine(query.id, verdict, style)))) break
  }
  if (buffer !== '') stdout(buffer)
  const names = [...ignored].map(([name, count]) => `${JSON.stringify(name)} (${count})`)
  if (names.length > 0) input.problems([{ ...problemAt(path, 1, `unknown fields are ignored: ${names.join(', ')}`), severity: 'warning' }])
  return input.exitCode(isAllAllowed ? 0 : 1)
}

function problemAt(file: string, line: number, message: string): InputProblem {
  return { file, line, column: 1, severity: 'error', message }
}
