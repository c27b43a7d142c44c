'use client'

import { useRef, useState } from 'react'
import { allOf, parseFilter } from '@/lib/flows/filter'
import { printFilter } from '@/lib/flows/filter-print'
import type { Filter } from '@/lib/flows/filter-types'
import { useGraphStore } from '../live/live-provider'
import type { ViewState } from '../live/url-state'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { Chip } from '../ui/chip'
import { formatCount } from '../ui/format'
import { Icon } from '../ui/icon'
import styles from './filter-bar.module.css'
import { FilterInput } from './filter-input'
import { PauseButton, TimeRange } from './time-range'

/** One filter language for map and table, as chips that can be edited, with the time range and pause. `graph` adds what it hides of the map. */
export function FilterBar({ graph }: { graph: boolean }) {
  const [view, changeView] = useViewState()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  /** Chip that is in the input instead of in its place; null when a new term is typed. */
  const [edited, setEdited] = useState<number | null>(null)
  const read = parseFilter(view.filter)
  const parts = read.ok ? topParts(read.value) : []

  const edit = (index: number) => {
    const part = parts[index]
    if (part === undefined) return
    setEdited(index)
    setText(printFilter(part))
    input.current?.focus()
  }
  const letGo = () => {
    setEdited(null)
    setText('')
  }
  const commit = (wanted: string) => {
    const typed = parseFilter(wanted)
    if (!typed.ok) return
    const place = edited ?? parts.length
    changeView({ filter: printFilter(allOf([...parts.slice(0, place), typed.value, ...parts.slice(place + 1)])) })
    letGo()
  }

  return (
    <search className={styles.bar} aria-label="Filter and time range">
      <div className={styles.filter}>
        <Icon name="filter" />
        <ViewChips view={view} />
        {!read.ok && (
          <Chip label="the filter that cannot be read" tone="notice" onRemove={() => changeView({ filter: '' })}>
            cannot be read: {view.filter}
          </Chip>
        )}
        {parts.map((part, index) =>
          index === edited ? null : (
            <Chip
              key={printFilter(part)}
              label={printFilter(part)}
              onRemove={() => changeView({ filter: printFilter(allOf(parts.filter((other) => other !== part))) })}
            >
              <button type="button" className={styles.edit} aria-label={`Edit ${printFilter(part)}`} onClick={() => edit(index)}>
                {printFilter(part)}
              </button>
            </Chip>
          ),
        )}
        <FilterInput
          input={input}
          text={text}
          onText={setText}
          onCommit={commit}
          onCancel={() => {
            letGo()
            input.current?.blur()
          }}
          onBackspace={() => edit(parts.length - 1)}
          hasChips={parts.length > 0}
        />
        {graph && <Hidden />}
      </div>
      <div className={styles.time}>
        <TimeRange />
        <PauseButton />
      </div>
    </search>
  )
}

/** Namespaces, verdicts and states that the view is limited to, each with a way out. */
function ViewChips({ view }: { view: ViewState }) {
  const [, changeView] = useViewState()
  const chips = [
    { name: 'namespaces', values: view.namespaces, clear: { namespaces: [] } },
    { name: 'verdicts', values: view.verdicts, clear: { verdicts: [] } },
    { name: 'states', values: view.states, clear: { states: [] } },
  ] as const
  return chips.map(({ name, values, clear }) =>
    values.length === 0 ? null : (
      <Chip key={name} label={`the limit to ${name} ${values.join(', ')}`} onRemove={() => changeView(clear)}>
        <span className={styles.muted}>{name}</span>{' '}
        <bdi>{values.length > 3 ? `${values.slice(0, 3).join(', ')} +${values.length - 3}` : values.join(', ')}</bdi>
      </Chip>
    ),
  )
}

/** What the filter leaves out, and the way to see it. */
function Hidden() {
  const { header } = useGraphStore()
  const [, changeView] = useViewState()
  const filtered = header?.filtered
  if (filtered === undefined || (filtered.edges === 0 && filtered.flows === 0)) return null
  return (
    <span className={styles.hidden}>
      hides {formatCount(filtered.edges)} edges, {formatCount(filtered.flows)} flows
      <Button look="quiet" onClick={() => changeView({ filter: '', verdicts: [], states: [] })}>
        Clear
      </Button>
    </span>
  )
}

/** The pieces that chips show: what must all hold, or the whole filter when it is something else. */
function topParts(filter: Filter): readonly Filter[] {
  return filter.kind === 'all' ? filter.filters : [filter]
}
