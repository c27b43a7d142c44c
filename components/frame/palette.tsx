'use client'

import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { pageHref } from '../live/page-href'
import { Dialog } from '../ui/dialog'
import { Icon } from '../ui/icon'
import styles from './palette.module.css'
import type { PaletteEntry } from './palette-entries'
import { usePaletteEntries } from './use-palette-entries'

/** Search over everything that can be gone to or done. Mounted only while open. */
export function Palette({ onClose, openKeys }: { onClose: () => void; openKeys: () => void }) {
  const id = useId()
  const router = useRouter()
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  /** Enter was pressed before the entries of the text were there: the first of them is gone to when they come. */
  const [isAwaited, setIsAwaited] = useState(false)
  const { entries, isSearching, isCurrent, problem } = usePaletteEntries(text, openKeys)
  const list = useRef<HTMLDivElement>(null)
  const current = Math.min(active, Math.max(entries.length - 1, 0))

  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  })

  const run = (entry: PaletteEntry) => {
    onClose()
    if (entry.kind === 'action') {
      entry.run()
      return
    }
    router.push(pageHref(entry.path, entry.view))
  }
  useEffect(() => {
    const [first] = entries
    if (!isAwaited || !isCurrent) return
    setIsAwaited(false)
    if (first !== undefined) run(first)
  })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive(current + 1 >= entries.length ? 0 : current + 1)
    else if (event.key === 'ArrowUp') setActive(current === 0 ? Math.max(entries.length - 1, 0) : current - 1)
    else if (event.key === 'Enter') {
      const entry = entries[current]
      if (!isCurrent) setIsAwaited(true)
      else if (entry !== undefined) run(entry)
    } else return
    event.preventDefault()
  }

  return (
    <Dialog title="Search" bare onClose={onClose}>
      <div className={styles.field}>
        <Icon name="search" />
        <input
          className={styles.input}
          role="combobox"
          aria-label="Search namespaces, workloads, services, pods, policies, pages and actions"
          aria-autocomplete="list"
          aria-expanded={entries.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={entries.length > 0 ? `${id}-${current}` : undefined}
          placeholder="Go to a namespace, workload, service, pod, policy, page or action"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setActive(0)
            setIsAwaited(false)
          }}
          onKeyDown={onKeyDown}
        />
        <kbd className={styles.esc}>Esc</kbd>
      </div>
      <div id={`${id}-list`} ref={list} role="listbox" aria-label="Results" className={styles.list}>
        {entries.map((entry, index) => (
          <div
            key={`${entry.group} ${entry.name}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            className={styles.entry}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => run(entry)}
          >
            <span className={styles.group}>{entry.group}</span>
            <bdi className={styles.name}>{entry.name}</bdi>
            <span className={styles.about}>{entry.about}</span>
          </div>
        ))}
      </div>
      {entries.length === 0 && <p className={styles.none}>{problem ?? (isSearching ? 'Searching…' : `Nothing is called “${text}”.`)}</p>}
    </Dialog>
  )
}
