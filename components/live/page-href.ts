import { printView, type ViewState } from './url-state'

/** Address of a page that shows a view, without the base path. */
export function pageHref(path: string, view: ViewState): string {
  const query = printView(view)
  return query === '' ? path : `${path}?${query}`
}
