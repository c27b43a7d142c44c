import type { Box } from '@/lib/graph/layout'

export type Point = { readonly x: number; readonly y: number }

/** An edge as two quadratic curves through the middle of its control points: leaves and arrives level. */
export type Curve = { readonly start: Point; readonly first: Point; readonly second: Point; readonly end: Point }

const LEAST_BEND = 22
const MOST_BEND = 130
/** Boxes closer than this in x stand above each other, and their edge goes around the right side. */
const CLEARANCE = 10

export type Side = 'left' | 'right'

/**
 * On which side an edge leaves and arrives: from left to right, the other way round when the target stands to the left, and
 * both on the right when they stand above each other. null when one box is inside the other: there is no way to draw.
 */
export function edgeSides(source: Box, target: Box): { readonly leaves: Side; readonly arrives: Side } | null {
  if (contains(source, target) || contains(target, source)) return null
  if (target.x >= source.x + source.width + CLEARANCE) return { leaves: 'right', arrives: 'left' }
  if (target.x + target.width + CLEARANCE <= source.x) return { leaves: 'left', arrives: 'right' }
  return { leaves: 'right', arrives: 'right' }
}

/**
 * The way of an edge between two boxes, in the coordinates of the drawing. The offsets, in px from the middle of the side, keep
 * the edges of one node apart.
 */
export function curveBetween(source: Box, target: Box, offsets: { readonly leaves: number; readonly arrives: number }): Curve | null {
  const sides = edgeSides(source, target)
  if (sides === null) return null
  const start = { x: source.x + (sides.leaves === 'right' ? source.width : 0), y: middle(source) + limit(offsets.leaves, source) }
  const end = { x: target.x + (sides.arrives === 'right' ? target.width : 0), y: middle(target) + limit(offsets.arrives, target) }
  if (sides.leaves !== sides.arrives) return level(start.x, start.y, end.x, end.y)
  const bulge = Math.max(start.x, end.x) + LEAST_BEND + Math.min(20, Math.abs(end.y - start.y) * 0.08)
  return { start, first: { x: bulge, y: start.y }, second: { x: bulge, y: end.y }, end }
}

function level(startX: number, startY: number, endX: number, endY: number): Curve {
  const distance = Math.abs(endX - startX)
  const bend = Math.sign(endX - startX) * Math.min(distance * 0.48, Math.max(LEAST_BEND, Math.min(MOST_BEND, distance * 0.5)))
  return {
    start: { x: startX, y: startY },
    first: { x: startX + bend, y: startY },
    second: { x: endX - bend, y: endY },
    end: { x: endX, y: endY },
  }
}

function middle(box: Box): number {
  return box.y + box.height / 2
}

/** Edges arrive on the side of a box, never at its corner. */
function limit(offset: number, box: Box): number {
  const most = Math.max(0, box.height / 2 - 6)
  return Math.max(-most, Math.min(most, offset))
}

function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  )
}

/** The point at `t` (0 is the start, 1 the end). */
export function pointOn(curve: Curve, t: number): Point {
  const half = { x: (curve.first.x + curve.second.x) / 2, y: (curve.first.y + curve.second.y) / 2 }
  return t < 0.5 ? quadratic(curve.start, curve.first, half, t * 2) : quadratic(half, curve.second, curve.end, t * 2 - 1)
}

function quadratic(a: Point, b: Point, c: Point, t: number): Point {
  const u = 1 - t
  return { x: u * u * a.x + 2 * u * t * b.x + t * t * c.x, y: u * u * a.y + 2 * u * t * b.y + t * t * c.y }
}

const SIGN_PLACES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9, 0.94]

/** Where the second sign of an edge stands: in its middle, or as near to it as no card and no other sign covers it. */
export function signPlace(curve: Curve, cards: readonly Box[], signs: readonly Point[], radius: number): Point {
  for (const t of SIGN_PLACES) {
    const point = pointOn(curve, t)
    if (cards.some((card) => isOver(point, card, radius))) continue
    if (signs.every((sign) => Math.hypot(sign.x - point.x, sign.y - point.y) > 2 * radius)) return point
  }
  return pointOn(curve, 0.5)
}

function isOver(point: Point, card: Box, radius: number): boolean {
  const isBeside = point.x <= card.x - radius || point.x >= card.x + card.width + radius
  return !isBeside && point.y > card.y - radius && point.y < card.y + card.height + radius
}

/**
 * The same curve as Cytoscape wants it: ends relative to the middle of each node, control points as weight along the straight
 * line between the ends and distance from it. Source: cytoscape `findBezierPoints` with `edge-distances: endpoints`.
 */
export function asCytoscape(curve: Curve, source: Box, target: Box): CytoscapeCurve {
  const dx = curve.end.x - curve.start.x
  const dy = curve.end.y - curve.start.y
  const length = Math.max(1, Math.hypot(dx, dy))
  const along = (point: Point) => round(((point.x - curve.start.x) * dx + (point.y - curve.start.y) * dy) / (length * length))
  const beside = (point: Point) => round((-(point.x - curve.start.x) * dy + (point.y - curve.start.y) * dx) / length)
  return {
    startAt: [round(curve.start.x - source.x - source.width / 2), round(curve.start.y - middle(source))],
    endAt: [round(curve.end.x - target.x - target.width / 2), round(curve.end.y - middle(target))],
    weights: [along(curve.first), along(curve.second)],
    distances: [beside(curve.first), beside(curve.second)],
  }
}

export type CytoscapeCurve = {
  readonly startAt: readonly [number, number]
  readonly endAt: readonly [number, number]
  readonly weights: readonly [number, number]
  readonly distances: readonly [number, number]
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
