import { basename } from 'node:path'
import { BUNDLE_LIMITS } from '@/lib/bundle/bundle-limits'
import type { Recording } from '@/lib/bundle/recording'
import { BUCKET_MS, WINDOW_MS } from '@/lib/flows/flow-window'
import { createFlowPipeline } from '@/lib/flows/pipeline'
import { createResolver } from '@/lib/flows/resolve-flow'
import type { WindowCell } from '@/lib/flows/window-types'
import type { Cluster } from '@/lib/model/cluster'
import { buildIdentity } from '@/lib/model/identity'
import { decodeRecording } from './decode-recording'
import type { InputReport } from './input-report'

/** Flows that are kept one by one. */
const FLOWS = 5_000

export type RecordedFlows = Pick<Recording, 'cells' | 'flows' | 'sources'> & {
  /** When the last flow was, in milliseconds since the epoch; null without any. */
  readonly newest: number | null
}

/**
 * Counts recordings of flows as a running server would have: the clock is that of the recording, and what leaves the
 * window is kept. Both ends are named through `cluster`.
 */
export async function recordFlows(paths: readonly string[], cluster: Cluster, input: InputReport): Promise<RecordedFlows> {
  const pipeline = createFlowPipeline({ resolve: createResolver(cluster, buildIdentity(cluster)) })
  const { window } = pipeline
  const cells: WindowCell[] = []
  const sources: { readonly name: string; readonly path: string }[] = []
  let now = 0
  let keptUntil = Number.NEGATIVE_INFINITY
  const keepUntil = (time: number): void => {
    for (const cell of window.cellsBetween(keptUntil, time)) if (cell.bucket >= keptUntil && cell.bucket < time) cells.push(cell)
    keptUntil = Math.max(keptUntil, time)
  }
  for (const path of paths) {
    const name = path === '-' ? 'standard input' : basename(path)
    const unique = sources.some((source) => source.name === name) ? path : name
    sources.push({ name: unique, path })
    for await (const batch of decodeRecording(path, input, () => undefined)) {
      for (const { time } of batch.flows) now = Math.max(now, time)
      // What is about to leave the window.
      keepUntil(Math.floor((now - WINDOW_MS) / BUCKET_MS) * BUCKET_MS + BUCKET_MS)
      pipeline.accept(unique, batch, now)
    }
  }
  const { shortenedTo } = window.usage()
  if (shortenedTo !== null || cells.length > BUNDLE_LIMITS.cells) {
    input.limit('sluice bundle: the flows have too many distinct pairs of ends at once; sums of some are left out')
  }
  keepUntil(Number.POSITIVE_INFINITY)
  const { flows } = pipeline.recent.page({ matches: null, from: null, to: null, cursor: null, limit: FLOWS })
  return {
    cells: cells.slice(-BUNDLE_LIMITS.cells),
    flows: flows.toReversed(),
    sources: sources.map(({ name }) => ({ name, kind: 'file', ledger: pipeline.ledger.source(name).entry() })),
    newest: window.newest,
  }
}
