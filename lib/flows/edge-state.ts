/** What policies and traffic together say of a `traffic` or `may-reach` edge. */
export type EdgeState = 'allowed-used' | 'allowed-unused' | 'denied-tried' | 'seen-though-denied' | 'unknown'
export const EDGE_STATES: readonly EdgeState[] = ['allowed-used', 'allowed-unused', 'denied-tried', 'seen-though-denied', 'unknown']
