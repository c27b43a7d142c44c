'use client'

import { useState } from 'react'
import { durationWords } from '@/lib/model/duration-words'
import { useGraphClient, useLiveStatus } from '../live/live-provider'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { formatCount, formatMinute, formatTime, isSameDay } from '../ui/format'
import { MenuButton, type MenuItem } from '../ui/menu'
import { TimeDialog } from './time-dialog'

const HOUR_MS = 60 * 60_000
const WINDOWS_MS = [60_000, 5 * 60_000, 15 * 60_000, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS]

/** The time range of everything on the page, and the way to another time. */
export function TimeRange() {
  const [view, changeView] = useViewState()
  const { summary } = useLiveStatus()
  const [choosing, setChoosing] = useState<'at' | 'versus' | null>(null)
  const items: MenuItem[] = windowsWithin(summary?.flowsFrom ?? null, summary?.lastFlowAt ?? null).map((windowMs) => ({
    kind: 'choice',
    label: `Last ${durationWords(windowMs)}`,
    checked: view.at === null && view.windowMs === windowMs,
    run: () => changeView({ windowMs, at: null }),
  }))
  items.push(
    { kind: 'separator' },
    { kind: 'action', label: 'At another time…', icon: 'clock', run: () => setChoosing('at') },
    { kind: 'action', label: 'Compare with another time…', icon: 'clock', run: () => setChoosing('versus') },
  )
  if (view.at !== null) items.push({ kind: 'action', label: 'Back to now', icon: 'right', run: () => changeView({ at: null }) })
  if (view.versus !== null) items.push({ kind: 'action', label: 'Stop comparing', icon: 'close', run: () => changeView({ versus: null }) })
  const text = view.at === null ? `last ${durationWords(view.windowMs)}` : rangeText(view.at - view.windowMs, view.at)
  return (
    <>
      <MenuButton label={`Time range: ${text}`} text={text} icon="clock" align="end" items={items} />
      {choosing !== null && <TimeDialog purpose={choosing} onClose={() => setChoosing(null)} />}
    </>
  )
}

/** Ranges longer than an hour are offered as far as traffic is kept. */
function windowsWithin(from: number | null, to: number | null): readonly number[] {
  const kept = from === null || to === null ? 0 : to - from
  return WINDOWS_MS.filter((windowMs, index) => windowMs <= HOUR_MS || kept > (WINDOWS_MS[index - 1] ?? 0) + HOUR_MS / 6)
}

/** The day is said where it is another one than today. */
function rangeText(from: number, to: number): string {
  return isSameDay(from, Date.now()) ? `${formatTime(from)} – ${formatTime(to)}` : `${formatMinute(from)} – ${formatMinute(to).slice(11)}`
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
