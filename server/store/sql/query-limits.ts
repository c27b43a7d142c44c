import type { QueryLimits } from '../engine/sql-engine'

const MB = 1024 * 1024

/** Of what a person waits for. */
export const PAGE_LIMITS: QueryLimits = { seconds: 10, memoryBytes: 512 * MB, threads: 2, rows: 20_000 }
/** Sums for the map, which may have many rows. */
export const EDGE_LIMITS: QueryLimits = { seconds: 20, memoryBytes: 1024 * MB, threads: 2, rows: 400_000 }
/** What the store does for itself. */
export const SETUP_LIMITS: QueryLimits = { seconds: 60, memoryBytes: 1024 * MB, threads: 1, rows: 1_000_000 }
