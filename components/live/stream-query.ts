import { DEFAULT_VIEW, printDuration, printList, type ViewState } from './url-state'

/** The part of a view that decides which graph the server sends, as query parameters of `topology` and `stream`. */
export function streamQuery(view: ViewState): Readonly<Record<string, string>> {
  return {
    level: view.level,
    namespaces: printList(view.namespaces),
    window: view.windowMs === DEFAULT_VIEW.windowMs ? '' : printDuration(view.windowMs),
    at: view.at === null ? '' : new Date(view.at).toISOString(),
    filter: view.filter,
    verdict: view.verdicts.join(','),
    state: view.states.join(','),
    open: printList(view.open),
    show: view.unfolded.join(','),
    select: nodeToOpenUp(view.selection),
  }
}

/**
 * The node whose unused connections the server should add. A selected unused connection names its source, so that it
 * stays in the graph; any other connection is there anyway. Source: edge ids are `SOURCE>TARGET RELATION …`.
 */
function nodeToOpenUp(selection: string | null): string {
  const arrow = selection?.indexOf('>') ?? -1
  if (selection === null || arrow === -1) return selection ?? ''
  return selection.slice(arrow).includes(' may-reach') ? selection.slice(0, arrow) : ''
}
