import { DEFAULT_WINDOW_MS, type TopologyView } from '../graph/view'
import type { ViewQuery } from './schemas'

/** The view that a checked query string asks for. */
export function readView(query: ViewQuery): TopologyView {
  return {
    level: query.level ?? 'namespace',
    namespaces: query.namespaces ?? [],
    at: query.at ?? null,
    windowMs: query.window ?? DEFAULT_WINDOW_MS,
    filter: query.filter?.trim() ?? '',
    states: query.state ?? [],
    verdicts: query.verdict ?? [],
    open: query.open ?? [],
    show: query.show ?? [],
    selection: query.select ?? null,
  }
}

/** Equal for views that show the same, whatever the order in which they were asked for. */
export function viewKey(view: TopologyView): string {
  const sorted = (list: readonly string[]) => [...list].sort()
  return JSON.stringify([
    view.level,
    sorted(view.namespaces),
    view.at,
    view.windowMs,
    view.filter,
    sorted(view.states),
    sorted(view.verdicts),
    sorted(view.open),
    sorted(view.show),
    view.selection,
  ])
}
