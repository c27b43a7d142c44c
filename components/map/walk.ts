import type { Drawing, DrawnNode } from './drawing'

export type Direction = 'left' | 'right' | 'up' | 'down'

/**
 * The node that arrow keys reach next: the nearest whose middle lies in that direction, sideways distance counting double.
 * From nowhere it is the node nearest to the upper left corner. Boxes are reached too, by their label.
 */
export function nextNode(drawing: Drawing, from: string | null, direction: Direction): string | null {
  const start = from === null ? undefined : drawing.nodes.get(from)
  if (start === undefined) return firstNode(drawing)
  const origin = anchor(start)
  let best: string | null = null
  let bestCost = Number.POSITIVE_INFINITY
  for (const node of drawing.nodes.values()) {
    if (node.id === start.id) continue
    const point = anchor(node)
    const dx = point.x - origin.x
    const dy = point.y - origin.y
    const [ahead, aside] = direction === 'left' ? [-dx, dy] : direction === 'right' ? [dx, dy] : direction === 'up' ? [-dy, dx] : [dy, dx]
    if (ahead <= 1) continue
    const cost = ahead + 2 * Math.abs(aside)
    if (cost < bestCost || (cost === bestCost && best !== null && node.id < best)) {
      best = node.id
      bestCost = cost
    }
  }
  return best
}

function firstNode(drawing: Drawing): string | null {
  let best: DrawnNode | null = null
  const corner = (node: DrawnNode) => anchor(node).x + anchor(node).y
  for (const node of drawing.nodes.values()) {
    if (best === null || corner(node) < corner(best) || (corner(node) === corner(best) && node.id < best.id)) best = node
  }
  return best?.id ?? null
}

function anchor({ box }: DrawnNode): { x: number; y: number } {
  return { x: box.x + box.width / 2, y: box.isBox ? box.y + 12 : box.y + box.height / 2 }
}
