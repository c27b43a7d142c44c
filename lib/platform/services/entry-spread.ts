import type { Evidence } from '../evidence'

/** How an entry spreads requests over the endpoints of the Service behind it. */
export type EntrySpread = { readonly strategy: string; readonly from: Evidence | null }

export const BY_SERVICE = 'as the Service does: connections go to its address'
export const BY_COOKIE = 'each client keeps its endpoint by a cookie'
