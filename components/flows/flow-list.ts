import type { FlowDocument, FlowListDocument } from '@/lib/api/documents'

/**
 * Flows that the table holds, newest first. Bounded: when live flows push it over the limit the oldest rows go, and the
 * table says so.
 */
export type FlowList = {
  readonly flows: readonly FlowDocument[]
  /** Cursor of the next older page; null when there is none, or none that still joins up. */
  readonly next: string | null
  /** True once rows were let go because of the limit. */
  readonly cut: boolean
}

export const MOST_ROWS = 5_000

export function startFlowList(page: FlowListDocument): FlowList {
  return { flows: page.flows, next: page.next, cut: false }
}

/** Adds an older page at the end. */
export function addOlder(list: FlowList, page: FlowListDocument): FlowList {
  const known = new Set(list.flows.map((flow) => flow.id))
  const flows = [...list.flows, ...page.flows.filter((flow) => !known.has(flow.id))]
  if (flows.length >= MOST_ROWS)
    return { flows: flows.slice(0, MOST_ROWS), next: null, cut: page.next !== null || flows.length > MOST_ROWS }
  return { flows, next: page.next, cut: list.cut }
}

/**
 * Joins the newest page with what is there. When the two do not touch, flows between them were never read: the list
 * starts again from the page rather than hide a gap.
 */
export function addNewest(list: FlowList, page: FlowListDocument): FlowList {
  const known = new Set(list.flows.map((flow) => flow.id))
  const fresh = page.flows.filter((flow) => !known.has(flow.id))
  if (fresh.length === 0) return list
  const touches = fresh.length < page.flows.length || list.flows.length === 0 || page.next === null
  if (!touches) return startFlowList(page)
  const flows = [...fresh, ...list.flows]
  if (flows.length <= MOST_ROWS) return { ...list, flows }
  return { flows: flows.slice(0, MOST_ROWS), next: null, cut: true }
}

/** How many flows of the newest page the list does not have. */
export function countNewer(list: FlowList | null, page: FlowListDocument): number {
  const known = new Set(list?.flows.slice(0, page.flows.length).map((flow) => flow.id))
  return page.flows.filter((flow) => !known.has(flow.id)).length
}
