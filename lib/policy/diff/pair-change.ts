import type { ConnectionSet, UnknownReason } from '../types'

/** What a connectivity says about one pair; `EMPTY` where it says nothing. */
export type PairState = { readonly conns: ConnectionSet; readonly unknown: ConnectionSet; readonly reason: (() => UnknownReason) | null }

export type ChangedPair = { readonly src: string; readonly dst: string; readonly before: PairState; readonly after: PairState }

export const EMPTY: PairState = { conns: 'none', unknown: 'none', reason: null }

/** Ends that are alike before and alike after. A list of names is null where they do not exist. */
export type JointGroup = { readonly was: readonly string[] | null; readonly is: readonly string[] | null; readonly names: string[] }

export function areEqual(a: PairState, b: PairState): boolean {
  return areSetsEqual(a.conns, b.conns) && areSetsEqual(a.unknown, b.unknown)
}

export function areSetsEqual(a: ConnectionSet, b: ConnectionSet): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))
}
