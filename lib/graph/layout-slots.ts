import type { Size } from './layout-size'

/** A place for one child inside a box, relative to the box. It stays when the child goes, for the next one. */
export type Slot = { readonly id: string | null; readonly y: number; readonly height: number }

/** Slots one above the other. `lane` says which children it was made for; a free slot takes any child that fits. */
export type Stack = {
  readonly lane: string
  readonly x: number
  readonly width: number
  readonly gap: number
  readonly slots: readonly Slot[]
}

/** What the layout remembers of one box, so that those who stay do not move. */
export type BoxMemory = { readonly stacks: readonly Stack[]; readonly width: number; readonly height: number }

export type Child = { readonly id: string; readonly lane: string; readonly size: Size }

type DraftSlot = { id: string | null; y: number; height: number }
type DraftStack = { lane: string; x: number; width: number; gap: number; slots: DraftSlot[] }

/**
 * Fits the children of now into the slots of before. Who stays keeps the slot; who is new takes the smallest free
 * slot it fits in, else a new one at the bottom of the shortest stack of its lane. Only a child that outgrew its slot
 * pushes the slots below it down, and only one that is too wide pushes the stacks to its right.
 */
export function refill(before: BoxMemory, children: readonly Child[], columnGap: number): BoxMemory {
  const stacks: DraftStack[] = before.stacks.map((stack) => ({ ...stack, slots: stack.slots.map((slot) => ({ ...slot })) }))
  const present = new Map(children.map((child) => [child.id, child]))
  const seated = new Set<string>()
  for (const stack of stacks) {
    for (const slot of stack.slots) {
      const child = slot.id === null ? undefined : present.get(slot.id)
      if (child === undefined) {
        slot.id = null
        continue
      }
      seated.add(child.id)
      grow(stacks, stack, slot, child.size, columnGap)
    }
  }
  const arrived =
    seated.size === children.length ? [] : children.filter((child) => !seated.has(child.id)).sort((a, b) => (a.id < b.id ? -1 : 1))
  for (const child of arrived) seat(stacks, child, columnGap)
  return {
    stacks,
    width: stacks.reduce((most, stack) => Math.max(most, stack.x + stack.width), before.width),
    height: stacks.reduce((most, stack) => Math.max(most, bottom(stack)), before.height),
  }
}

function grow(stacks: readonly DraftStack[], stack: DraftStack, slot: DraftSlot, size: Size, columnGap: number): void {
  if (size.height > slot.height) {
    slot.height = size.height
    let floor = slot.y + slot.height
    for (const below of stack.slots) {
      if (below === slot || below.y < slot.y) continue
      below.y = Math.max(below.y, floor + stack.gap)
      floor = below.y + below.height
    }
  }
  if (size.width > stack.width) {
    stack.width = size.width
    let edge = stack.x + stack.width
    for (const right of stacks) {
      if (right === stack || right.x <= stack.x) continue
      right.x = Math.max(right.x, edge + columnGap)
      edge = right.x + right.width
    }
  }
}

function seat(stacks: DraftStack[], child: Child, columnGap: number): void {
  let best: { slot: DraftSlot; cost: number } | null = null
  for (const stack of stacks) {
    if (stack.width < child.size.width) continue
    for (const slot of stack.slots) {
      if (slot.id !== null || slot.height < child.size.height) continue
      const cost = slot.height - child.size.height + (stack.lane === child.lane ? 0 : 10_000)
      if (best === null || cost < best.cost) best = { slot, cost }
      if (cost === 0) break
    }
    if (best?.cost === 0) break
  }
  if (best !== null && best.cost < 10_000) {
    best.slot.id = child.id
    return
  }
  const own = stacks.filter((stack) => stack.lane === child.lane)
  const shortest = [...(own.length > 0 ? own : stacks)].sort((a, b) => bottom(a) - bottom(b))[0]
  if (shortest === undefined) {
    stacks.push({ lane: child.lane, x: 0, width: child.size.width, gap: 14, slots: [{ id: child.id, y: 0, height: child.size.height }] })
    return
  }
  const y = shortest.slots.length === 0 ? 0 : bottom(shortest) + shortest.gap
  const slot: DraftSlot = { id: child.id, y, height: child.size.height }
  shortest.slots.push(slot)
  grow(stacks, shortest, slot, child.size, columnGap)
}

function bottom(stack: { readonly slots: readonly Slot[] }): number {
  return stack.slots.reduce((most, slot) => Math.max(most, slot.y + slot.height), 0)
}
