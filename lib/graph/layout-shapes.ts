import type { NamespaceShape } from './layout-namespace'
import type { Size } from './layout-size'

/** A box that can be drawn in several shapes; at least one, the narrowest first. */
export type ShapeChoice<S extends NamespaceShape> = { readonly id: string; readonly shapes: readonly S[] }

/** With more boxes than this all get the same number of columns: trying each for itself takes too long. */
const MOST_SINGLE_CHOICES = 16
const ROUNDS = 2
/** What runs wrong inside a box counts less than what makes the whole small. */
const INSIDE_WEIGHT = 0.35

/**
 * Picks a shape for every box so that the surface, whose cost for given sizes is told, costs least: from every number of
 * columns for all, box by box what improves it. Deterministic.
 */
export function chooseShapes<S extends NamespaceShape & { readonly size: Size }>(
  choices: readonly ShapeChoice<S>[],
  surfaceCost: (sizes: ReadonlyMap<string, Size>) => number,
): ReadonlyMap<string, S> {
  const costOf = (picks: ReadonlyMap<string, S>) => {
    const sizes = new Map([...picks].map(([id, shape]) => [id, shape.size]))
    const inside = [...picks.values()].reduce((sum, shape) => sum + shape.edgeCost, 0)
    return surfaceCost(sizes) + (INSIDE_WEIGHT * inside) / Math.max(1, picks.size)
  }
  let best: Picked<S> = { picks: new Map(), cost: Number.POSITIVE_INFINITY }
  const most = choices.reduce((count, { shapes }) => Math.max(count, shapes.length), 0)
  for (let i = 0; i < most; i++) {
    const picks = new Map<string, S>()
    for (const { id, shapes } of choices) {
      const shape = shapes[i] ?? shapes.at(-1)
      if (shape !== undefined) picks.set(id, shape)
    }
    const even = { picks, cost: costOf(picks) }
    best = better(best, choices.length > MOST_SINGLE_CHOICES ? even : improve(even, choices, costOf))
  }
  return best.picks
}

type Picked<S> = { readonly picks: ReadonlyMap<string, S>; readonly cost: number }

/** Changes one box at a time as long as that helps. */
function improve<S extends NamespaceShape>(
  start: Picked<S>,
  choices: readonly ShapeChoice<S>[],
  costOf: (picks: ReadonlyMap<string, S>) => number,
): Picked<S> {
  let best = start
  for (let round = 0; round < ROUNDS; round++) {
    const before = best
    for (const { id, shapes } of choices) {
      for (const shape of shapes) {
        if (best.picks.get(id) === shape) continue
        const picks = new Map(best.picks).set(id, shape)
        best = better(best, { picks, cost: costOf(picks) })
      }
    }
    if (best === before) break
  }
  return best
}

function better<S>(best: Picked<S>, other: Picked<S>): Picked<S> {
  return other.cost < best.cost - 1e-9 ? other : best
}
