'use client'

import { useEffect, useRef } from 'react'
import { useGraphClient } from '../live/live-provider'
import { useViewState } from '../live/use-view-state'
import { goBack } from './go-back'
import { letterKeysOn } from './keys'

/** Where `/` puts the focus. */
export const FILTER_INPUT_ID = 'filter-input'

type Overlays = { readonly openPalette: () => void; readonly openKeys: () => void }

/** The keys that work everywhere on a page. A part that handles a key itself calls `preventDefault`. */
export function useFrameKeys(overlays: Overlays): void {
  const client = useGraphClient()
  const [, changeView] = useViewState()
  const latest = useRef(overlays)
  latest.current = overlays
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      if ((event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        latest.current.openPalette()
        return
      }
      if (event.metaKey || event.ctrlKey || event.altKey || hasOpenLayer()) return
      if (event.key === 'Escape') {
        if (!isTyping(event.target)) changeView((view) => goBack(view) ?? {})
        return
      }
      if (isTyping(event.target) || !letterKeysOn()) return
      if (event.key === '/') {
        event.preventDefault()
        document.getElementById(FILTER_INPUT_ID)?.focus()
      } else if (event.key === '?') {
        event.preventDefault()
        latest.current.openKeys()
      } else if (event.key === ' ' && isAtRest(event.target)) {
        event.preventDefault()
        if (client.getStatus().paused) client.resume()
        else client.pause()
      }
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [client, changeView])
}

/** A dialog, menu or popover takes its own keys. */
function hasOpenLayer(): boolean {
  return document.querySelector('dialog[open], [popover=auto]:popover-open') !== null
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

function isAtRest(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof HTMLElement && target.id === 'main')
}
