'use client'

import { useEffect, useState } from 'react'
import { useViewState } from '../live/use-view-state'
import { Icon } from '../ui/icon'
import styles from './filter-bar.module.css'
import { PauseButton, TimeRange } from './time-range'
import { FILTER_INPUT_ID } from './use-frame-keys'

/** One filter language for map and table, the time range, and pause. */
export function FilterBar() {
  const [view, changeView] = useViewState()
  const [text, setText] = useState(view.filter)
  useEffect(() => setText(view.filter), [view.filter])
  return (
    <div className={styles.bar}>
      <form
        className={styles.filter}
        onSubmit={(event) => {
          event.preventDefault()
          changeView({ filter: text.trim() })
        }}
      >
        <Icon name="filter" />
        <input
          id={FILTER_INPUT_ID}
          className={styles.input}
          value={text}
          aria-label="Filter"
          placeholder="Filter: verdict:dropped from:shop port:8080"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
      </form>
      <div className={styles.time}>
        <TimeRange />
        <PauseButton />
      </div>
    </div>
  )
}
