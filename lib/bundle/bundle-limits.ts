/** What opening one bundle may cost. Whatever goes beyond is refused with the name of the limit. */
export type BundleLimits = {
  /** As the file is. */
  readonly bytes: number
  readonly inflatedBytes: number
  /** Inflated bytes for each byte of the file, from the first 16 MiB on. */
  readonly ratio: number
  readonly lineBytes: number
  /** Levels of maps and lists in one line. */
  readonly depth: number
  readonly documents: number
  readonly endpoints: number
  /** Edges with verdict, reason, policies and reporter. */
  readonly lanes: number
  readonly cells: number
  readonly changes: number
  readonly flows: number
  readonly sources: number
  readonly unread: number
  readonly problems: number
}

export const BUNDLE_LIMITS: BundleLimits = {
  bytes: 512 * 1024 * 1024,
  inflatedBytes: 4 * 1024 * 1024 * 1024,
  // Ten thousand pods of one template are two hundred times as long as what they say.
  ratio: 400,
  lineBytes: 8 * 1024 * 1024,
  depth: 110,
  documents: 400_000,
  endpoints: 400_000,
  lanes: 400_000,
  cells: 5_000_000,
  changes: 20_000,
  flows: 20_000,
  sources: 100,
  unread: 2_000,
  problems: 2_000,
}
