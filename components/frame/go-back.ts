import { LEVELS } from '@/lib/graph/topology'
import { DEFAULT_VIEW, type ViewState } from '../live/url-state'

/** One step back, as Esc does it: close the policy or the finding, clear the selection, close what was opened last, go a level up. null at the top. */
export function goBack(view: ViewState): Partial<ViewState> | null {
  if (view.policy !== null) return { policy: null }
  if (view.finding !== null) return { finding: null }
  if (view.selection !== null) return { selection: null }
  if (view.open.length > 0) return { open: view.open.slice(0, -1) }
  if (view.level === DEFAULT_VIEW.level) return view.namespaces.length === 0 ? null : { namespaces: [] }
  const level = LEVELS[LEVELS.indexOf(view.level) - 1] ?? DEFAULT_VIEW.level
  return level === DEFAULT_VIEW.level ? { level, namespaces: [] } : { level }
}
