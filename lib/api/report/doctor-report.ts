import { plainLine } from './plain-line'

/** One thing that was looked at. */
export type Check = {
  /** What it is about, in one or two words: `API server`, `rights`. */
  readonly about: string
  readonly state: 'ok' | 'warning' | 'problem'
  /** One plain sentence. */
  readonly message: string
  /** What to do, a step or a command each; empty where there is nothing to do. */
  readonly fixes: readonly string[]
}

const WORDS = { ok: 'ok', warning: 'warning', problem: 'PROBLEM' } as const

/** The checks as lines for a terminal, each with what to do below it, and a sum at the end. */
export function doctorText(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ about }) => about.length))
  const lines = checks.flatMap(({ about, state, message, fixes }) => [
    `${WORDS[state].padEnd(7)}  ${about.padEnd(width)}  ${plainLine(message)}`,
    ...fixes.map((fix) => `${' '.repeat(7 + 2 + width + 2)}→ ${plainLine(fix)}`),
  ])
  return `${lines.join('\n')}\n\n${sumOf(checks)}\n`
}

/** The checks as the document `Doctor`. */
export function doctorJson(checks: readonly Check[]): string {
  return `${JSON.stringify({ apiVersion: 'sluice/v1', kind: 'Doctor', checks }, null, 2)}\n`
}

function sumOf(checks: readonly Check[]): string {
  const problems = checks.filter(({ state }) => state === 'problem').length
  const warnings = checks.filter(({ state }) => state === 'warning').length
  if (problems + warnings === 0) return 'Everything is fine.'
  return `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}.`
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
