'use client'

import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { hintOptions } from '../live/hint-queries'
import { useGraphClient, useLiveStatus } from '../live/live-provider'
import { DEFAULT_VIEW, type ViewState } from '../live/url-state'
import { useViewState } from '../live/use-view-state'
import { PAGES } from './pages'
import { fittingEntries, type PaletteEntry, placesFrom } from './palette-entries'
import { applyTheme } from './theme-switch'

const EACH_GROUP = 8

export type PaletteResult = {
  readonly entries: readonly PaletteEntry[]
  readonly isSearching: boolean
  /** False while the entries still belong to an earlier text. */
  readonly isCurrent: boolean
  /** Why things of the cluster cannot be found; pages and actions still can. */
  readonly problem: string | null
}

/** What fits the text: pages and actions at once, things of the cluster as soon as the server names them. */
export function usePaletteEntries(text: string, openKeys: () => void): PaletteResult {
  const [view] = useViewState()
  const actions = useActions(openKeys)
  const prefix = useDeferredValue(text.trim())
  const hints = useQuery({ ...hintOptions('', prefix, EACH_GROUP), enabled: prefix !== '' })
  const own = fittingEntries([...pageEntries(view), ...actions], text)
  const places = hints.data === undefined || prefix === '' ? [] : placesFrom(hints.data, view, EACH_GROUP)
  const hasAnswer = prefix === '' || hints.isError || (hints.data !== undefined && !hints.isPlaceholderData)
  return {
    entries: [...places, ...own],
    isSearching: hints.isFetching,
    isCurrent: hasAnswer && prefix === text.trim(),
    problem: hints.error?.message ?? null,
  }
}

function pageEntries(view: ViewState): readonly PaletteEntry[] {
  return PAGES.map(({ name, path, about }) => ({ kind: 'place', group: 'Page', name, about, path, view }))
}

function useActions(openKeys: () => void): readonly PaletteEntry[] {
  const [, changeView] = useViewState()
  const client = useGraphClient()
  const { paused } = useLiveStatus()
  const action = (name: string, about: string, run: () => void): PaletteEntry => ({ kind: 'action', group: 'Action', name, about, run })
  return [
    paused ? action('Resume', 'show what is new', () => client.resume()) : action('Pause', 'freeze the page', () => client.pause()),
    action('Clear the filter', 'and every other limit of the view', () =>
      changeView({ filter: '', namespaces: [], verdicts: [], states: [], at: DEFAULT_VIEW.at }),
    ),
    action('Show only what was denied', 'verdict:dropped', () => changeView({ verdicts: ['dropped'] })),
    action('Light theme', '', () => applyTheme('light')),
    action('Dark theme', '', () => applyTheme('dark')),
    action('Theme of the system', '', () => applyTheme('system')),
    action('Copy the link to this view', 'opens the same view fresh', () => void navigator.clipboard?.writeText(window.location.href)),
    action('Show the keys', '?', openKeys),
  ]
}
