import type { InputProblem } from './problem'
import { formatProblem } from './problem'

/** Problems that are kept; the rest is counted in one last line. */
export const MAX_PROBLEMS = 1_000

/** Collects problems, each once. */
export class ProblemList {
  private readonly problems: InputProblem[] = []
  private readonly reported = new Set<string>()
  private hidden = 0

  add(problem: InputProblem): void {
    if (this.problems.length >= MAX_PROBLEMS) {
      this.hidden++
      return
    }
    const text = formatProblem(problem)
    // Two readers may look at one field.
    if (this.reported.has(text)) return
    this.reported.add(text)
    this.problems.push(problem)
  }

  /** `file` names what was read, for the line that counts the rest. */
  finish(file: string): readonly InputProblem[] {
    if (this.hidden === 0) return this.problems
    return [...this.problems, { file, line: null, column: null, severity: 'error', message: `${this.hidden} more problems are not listed` }]
  }
}
