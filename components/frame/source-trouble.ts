import type { SourcesSummary } from '@/lib/api/stream'
import { isTroubled } from '@/lib/flows/quiet-sources'

type Source = SourcesSummary['sources'][number]

/** What the header says of flow sources that do not do what they should, in two or three words; null when all do. */
export function sourceTrouble(sources: readonly Pick<Source, 'name' | 'kind' | 'state'>[]): string | null {
  const troubled = sources.filter(isTroubled)
  const failed = troubled.filter(({ state }) => state === 'failed')
  if (failed.length > 0) return words(failed, 'failed')
  return troubled.length > 0 ? words(troubled, 'silent') : null
}

function words(sources: readonly Pick<Source, 'kind'>[], state: string): string {
  const [first] = sources
  return sources.length === 1 && first !== undefined ? `${first.kind} ${state}` : `${sources.length} sources ${state}`
}
