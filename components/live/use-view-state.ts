'use client'

import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { parseView, printView, type ViewState } from './url-state'

export type ViewChange = Partial<ViewState> | ((view: ViewState) => Partial<ViewState>)

/**
 * Changes the view. A change is a step that the browser's back button undoes; `replace` changes the current step instead,
 * for what follows the pointer or the keyboard (typing a filter, dragging a range).
 */
export type ChangeView = (change: ViewChange, how?: 'push' | 'replace') => void

/** The view as the URL says it, and the way to change it. The function stays the same between renders. */
export function useViewState(): readonly [ViewState, ChangeView] {
  const query = useSearchParams().toString()
  const view = useMemo(() => parseView(query), [query])
  return [view, changeView]
}

/** Starts from the address bar, not from a rendered view, so that two changes in one event add up. */
const changeView: ChangeView = (change, how = 'push') => {
  const before = parseView(window.location.search)
  const after: ViewState = { ...before, ...(typeof change === 'function' ? change(before) : change) }
  const query = printView(after)
  if (query === printView(before)) return
  const address = query === '' ? window.location.pathname : `${window.location.pathname}?${query}`
  if (how === 'push') window.history.pushState(null, '', address)
  else window.history.replaceState(null, '', address)
}
