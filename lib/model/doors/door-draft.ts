import type { Door, DoorProblem, DoorProblemCode, DoorRule, DoorTarget } from '../door'
import type { FieldPath } from '../field-locator'
import type { ObjectMeta } from '../object'

/** Hosts times paths times backends is unbounded in a manifest that no API server has checked. */
export const MAX_TARGETS_PER_DOOR = 2_000

/** References that are followed for one door. Objects that name each other twice, twenty deep, have a million ends. */
const MAX_FOLLOWED = 5_000

/** A field that a problem is about. */
export type Place = { readonly meta: ObjectMeta; readonly path: FieldPath; readonly value: string | null }

/** A door while its rules are followed: each problem once, no more targets than are listed. */
export class DoorDraft {
  readonly #targets: DoorTarget[] = []
  readonly #problems = new Map<string, DoorProblem>()
  #hidden = 0
  #followed = 0

  /** Counts a reference that is about to be followed; false when the door has too many, and this one is left out. */
  follows(): boolean {
    return this.#followed++ < MAX_FOLLOWED
  }

  target(target: DoorTarget): void {
    if (this.#targets.length < MAX_TARGETS_PER_DOOR) this.#targets.push(target)
    else this.#hidden++
  }

  add(problem: DoorProblem): void {
    if (!this.#problems.has(problem.message)) this.#problems.set(problem.message, problem)
  }

  problem(code: DoorProblemCode, severity: DoorProblem['severity'], message: string, at: Place | null, predicted = true): void {
    this.add({ code, severity, message, predicted, at })
  }

  get problems(): readonly DoorProblem[] {
    return [...this.#problems.values()]
  }

  finish(rest: Omit<Door, 'targets' | 'problems'>): Door {
    return { ...rest, facts: [...rest.facts, ...this.#leftOut()], targets: this.#targets, problems: this.problems }
  }

  #leftOut(): Door['facts'] {
    if (this.#followed > MAX_FOLLOWED) return [{ name: 'references that are not followed', value: `all beyond ${MAX_FOLLOWED}` }]
    return this.#hidden > 0 ? [{ name: 'targets that are not listed', value: String(this.#hidden) }] : []
  }
}

/** A rule that matches everything and hands it to one backend. */
export const PLAIN_RULE: DoorRule = {
  host: null,
  path: null,
  tls: false,
  route: null,
  weight: 1,
  role: 'backend',
  note: '',
  works: true,
}
