/** Something wrong in what a person or a cluster gave us. It costs only the thing it names. */
export type InputProblem = {
  /** File name as given, `-` for standard input, or `live` for an object read from a cluster. */
  readonly file: string
  /** Counted from 1; null when the input has no lines (a live object). */
  readonly line: number | null
  readonly column: number | null
  readonly severity: 'error' | 'warning'
  /** One sentence, with the field path where there is one. */
  readonly message: string
}

/** A problem as compilers print it: `FILE:LINE:COL: message`. */
export function formatProblem(problem: InputProblem): string {
  const place = problem.line === null ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`
  return `${place}: ${problem.message}`
}

/** What a person typed either can be used or says why not. */
export type Result<Value, Problem> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: Problem }
