import { formatProblem, type InputProblem } from '@/lib/model/problem'
import type { CommandContext, ExitCode } from './command'

/**
 * Tells on standard error what was wrong with the input, and gives the exit code for it: 4 when a limit cut the input,
 * 3 when some of it could not be read, else that of the answer.
 */
export class InputReport {
  private isBroken = false
  private isCut = false
  private readonly told = new Set<string>()

  constructor(private readonly context: CommandContext) {}

  problems(problems: readonly InputProblem[]): void {
    for (const problem of problems) {
      this.isBroken ||= problem.severity === 'error'
      const line = formatProblem(problem.severity === 'error' ? problem : { ...problem, message: `warning: ${problem.message}` })
      if (this.told.has(line)) continue
      this.told.add(line)
      this.context.stderr(`${line}\n`)
    }
  }

  /** A limit that was reached; the sentence says which and how to raise or avoid it. */
  limit(sentence: string): void {
    this.isCut = true
    this.context.stderr(`${sentence}\n`)
  }

  /** A limit that one of the problems has named. */
  cut(isCut: boolean): void {
    this.isCut ||= isCut
  }

  exitCode(answer: 0 | 1): ExitCode {
    return this.isCut ? 4 : this.isBroken ? 3 : answer
  }
}
