'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { useLiveStatus } from '../live/live-provider'
import { pageHref } from '../live/page-href'
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

const WORDS = {
  at: { title: 'At another time', question: 'Show the cluster as it was at', answer: 'Show this time' },
  versus: { title: 'Compare with another time', question: 'What differs since', answer: 'Compare' },
} as const

/** Asks for the moment that the page is to show, or to be compared with: its objects, its policies and the traffic before it. */
export function TimeDialog({ purpose, onClose }: { purpose: 'at' | 'versus'; onClose: () => void }) {
  const [view, changeView] = useViewState()
  const { summary } = useLiveStatus()
  const router = useRouter()
  const [text, setText] = useState(() => inputText(view[purpose] ?? (view.at ?? Date.now()) - (purpose === 'versus' ? view.windowMs : 0)))
  const words = WORDS[purpose]
  const at = Date.parse(text)
  const from = summary?.cluster.objectsFrom ?? null
  const show = (moment: number) => {
    const then = Math.min(moment, Date.now())
    if (purpose === 'at') changeView({ at: then })
    // The map is the page that compares.
    else router.push(pageHref('/map', { ...view, versus: then, selection: null }))
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (Number.isFinite(at)) show(at)
  }
  return (
    <Dialog title={words.title} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <label className={styles.field}>
          <span>{words.question}</span>
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
          {words.answer}
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
