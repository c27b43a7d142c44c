/** What one reading of manifests may cost. Whatever goes beyond is refused with a problem that names the limit. */
export type ManifestLimits = {
  readonly files: number
  readonly bytesPerFile: number
  readonly bytesTotal: number
  /** YAML or JSON documents, and items of lists. */
  readonly documents: number
  /** Levels of maps and lists in one document. */
  readonly depth: number
  /** `*alias` nodes in one document. */
  readonly aliases: number
  /** Values that the aliases of one document may unfold to ("billion laughs"). */
  readonly aliasedValues: number
  /** Problems that are listed; the rest is counted. */
  readonly problems: number
}

export const DEFAULT_MANIFEST_LIMITS: ManifestLimits = {
  files: 10_000,
  bytesPerFile: 64 * 1024 * 1024,
  bytesTotal: 256 * 1024 * 1024,
  documents: 200_000,
  depth: 100,
  aliases: 1_000,
  aliasedValues: 100_000,
  problems: 1_000,
}
