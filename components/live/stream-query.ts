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
    select: view.selection ?? '',
  }
}
