'use client'

import { useGraphClient, useLiveStatus } from '../live/live-provider'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { formatCount, formatDuration, formatTime } from '../ui/format'
import { MenuButton, type MenuItem } from '../ui/menu'

const WINDOWS_MS = [60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000] as const

/** The time range of everything on the page, and the switch that freezes it. */
export function TimeRange() {
  const [view, changeView] = useViewState()
  const text =
    view.at === null ? `last ${formatDuration(view.windowMs)}` : `${formatTime(view.at - view.windowMs)} – ${formatTime(view.at)}`
  const items: MenuItem[] = WINDOWS_MS.map((windowMs) => ({
    kind: 'choice',
    label: `Last ${formatDuration(windowMs)}`,
    checked: view.at === null && view.windowMs === windowMs,
    run: () => changeView({ windowMs, at: null }),
  }))
  if (view.at !== null) {
    items.push({ kind: 'separator' }, { kind: 'action', label: 'Back to now', icon: 'right', run: () => changeView({ at: null }) })
  }
  return <MenuButton label={`Time range: ${text}`} text={text} icon="clock" align="end" items={items} />
}

export function PauseButton() {
  const client = useGraphClient()
  const { paused, newWhilePaused } = useLiveStatus()
  return (
    <Button icon={paused ? 'play' : 'pause'} aria-pressed={paused} onClick={() => (paused ? client.resume() : client.pause())}>
      {paused ? `Resume · ${formatCount(newWhilePaused)} new` : 'Pause'}
    </Button>
  )
}
