import { BUNDLE_LIMITS } from '@/lib/bundle/bundle-limits'
import type { RecordedEffect, Recording } from '@/lib/bundle/recording'
import type { ChangeLog, LoggedChange } from '@/lib/changes/change-log'
import { WINDOW_MS } from '@/lib/flows/flow-window'
import type { Runtime } from './running'
import { SLUICE_VERSION } from './version'

/** Flows that are kept one by one. The table shows them; everything else goes by the sums. */
const FLOWS = 5_000

/** What a running cluster is at this moment, with the flows of the window and the changes that are kept. */
export function recordCluster(running: Runtime, view: string): Recording {
  const { state, pipeline, moment, feed } = running
  const { cluster } = state
  const newest = pipeline.recent.page({ matches: null, from: null, to: null, cursor: null, limit: FLOWS }).flows
  const { changes, effects } = changesOf(running.changes.log)
  return {
    header: {
      createdAt: running.clock.now(),
      recordedAt: moment,
      changesSince: Math.max(running.changesSince, moment - WINDOW_MS),
      tool: `sluice ${SLUICE_VERSION}`,
      cluster: cluster.name,
      source: cluster.source,
      masked: feed?.recording?.masked ?? false,
      view,
    },
    documents: state.documents,
    unread: cluster.unread,
    problems: state.fileProblems.slice(0, BUNDLE_LIMITS.problems),
    changes,
    effects,
    sources: running.sources.map(({ name, kind, ledger }) => ({ name, kind, ledger })),
    cells: pipeline.window.cellsBetween(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
    flows: newest.toReversed(),
  }
}

function changesOf(log: ChangeLog): Pick<Recording, 'changes' | 'effects'> {
  const { changes } = log.page({ from: null, to: null, matches: () => true, limit: BUNDLE_LIMITS.changes })
  const effects = new Map(changes.map((change) => [change.revision, effectOf(change, log)]))
  return { changes: changes.toReversed(), effects: [...effects.values()] }
}

/** A recording computes nothing any more. */
function effectOf(change: LoggedChange, log: ChangeLog): RecordedEffect {
  const { verdicts, together } = log.effectOf(change)
  const { revision } = change
  if (verdicts.state !== 'pending') return { revision, verdicts, together }
  return { revision, together, verdicts: { state: 'not-computed', reason: 'it was not computed yet when this was recorded' } }
}
