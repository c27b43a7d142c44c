import type { SourcesSummary } from '@/lib/api/stream'

type Source = SourcesSummary['sources'][number]

/** Sources that are quiet whenever nobody writes: nothing is wrong with them then. */
const MAY_BE_QUIET: ReadonlySet<string> = new Set(['file', 'dir', 'ingest'])

/** What the header says of flow sources that do not do what they should, in two or three words; null when all do. */
export function sourceTrouble(sources: readonly Pick<Source, 'name' | 'kind' | 'state'>[]): string | null {
  const failed = sources.filter(({ state }) => state === 'failed')
  if (failed.length > 0) return words(failed, 'failed')
  const silent = sources.filter(({ kind, state }) => state === 'silent' && !MAY_BE_QUIET.has(kind))
  return silent.length > 0 ? words(silent, 'silent') : null
}

function words(sources: readonly Pick<Source, 'kind'>[], state: string): string {
  const [first] = sources
  return sources.length === 1 && first !== undefined ? `${first.kind} ${state}` : `${sources.length} sources ${state}`
}
