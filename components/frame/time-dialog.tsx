'use client'

import { type FormEvent, useState } from 'react'
import { useLiveStatus } from '../live/live-provider'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { formatMinute } from '../ui/format'
import styles from './time-dialog.module.css'

const STEPS = [
  ['5 min ago', 5],
  ['30 min ago', 30],
  ['1 h ago', 60],
  ['1 day ago', 24 * 60],
  ['7 days ago', 7 * 24 * 60],
] as const

/** Asks for the moment that the page is to show: its objects, its policies and the traffic before it. */
export function TimeDialog({ onClose }: { onClose: () => void }) {
  const [view, changeView] = useViewState()
  const { summary } = useLiveStatus()
  const [text, setText] = useState(() => inputText(view.at ?? Date.now()))
  const at = Date.parse(text)
  const from = summary?.cluster.objectsFrom ?? null
  const show = (moment: number) => {
    changeView({ at: Math.min(moment, Date.now()) })
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (Number.isFinite(at)) show(at)
  }
  return (
    <Dialog title="At another time" onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <label className={styles.field}>
          <span>Show the cluster as it was at</span>
          <input type="datetime-local" step={1} value={text} max={inputText(Date.now())} onChange={({ target }) => setText(target.value)} />
        </label>
        <div className={styles.steps}>
          {STEPS.map(([label, minutes]) => (
            <Button key={label} look="quiet" onClick={() => show(Date.now() - minutes * 60_000)}>
              {label}
            </Button>
          ))}
        </div>
        <p className={styles.kept}>
          {from === null ? 'Nothing was read of the cluster yet.' : `Objects and policies are known since ${formatMinute(from)}.`}
          {summary?.flowsFrom != null && ` Traffic is kept since ${formatMinute(summary.flowsFrom)}.`}
        </p>
        <Button look="primary" type="submit" disabled={!Number.isFinite(at)}>
          Show this time
        </Button>
      </form>
    </Dialog>
  )
}

/** `2026-03-01T14:03:07` of the viewer's clock, as the field wants it. */
function inputText(at: number): string {
  const date = new Date(at)
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}
