'use client'

import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type RefObject, useDeferredValue, useId, useState } from 'react'
import type { FlowHintsDocument } from '@/lib/api/documents'
import { parseFilter } from '@/lib/flows/filter'
import { findField } from '@/lib/flows/filter-fields'
import type { KnownValues } from '@/lib/flows/filter-hints'
import type { FilterProblem } from '@/lib/flows/filter-types'
import { hintOptions } from '../live/hint-queries'
import { classNames } from '../ui/class-names'
import { applySuggestion, type Suggestion, suggest, type WordPlace, wantedValues, wordAt } from './filter-completion'
import styles from './filter-input.module.css'
import { FILTER_INPUT_ID } from './use-frame-keys'

const MOST_SUGGESTIONS = 24

/**
 * Where a filter is typed: completes fields and real values, and says what cannot be read and where. Enter hands the text
 * on, Esc lets go, Backspace in front of everything takes the term before it back for editing.
 */
export function FilterInput({
  input,
  text,
  onText,
  onCommit,
  onCancel,
  onBackspace,
  hasChips,
}: {
  input: RefObject<HTMLInputElement | null>
  text: string
  onText: (text: string) => void
  /** The text can be read. */
  onCommit: (text: string) => void
  onCancel: () => void
  onBackspace: () => void
  hasChips: boolean
}) {
  const id = useId()
  const [caret, setCaret] = useState(0)
  const [isOpen, setIsOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const [problem, setProblem] = useState<FilterProblem | null>(null)
  const place = isOpen ? wordAt(text, caret) : null
  const suggestions = useSuggestions(place)
  const shown = isOpen && suggestions.length > 0

  const commit = (wanted: string) => {
    const read = parseFilter(wanted)
    setProblem(read.ok ? null : read.error)
    if (!read.ok) return
    setIsOpen(false)
    setActive(-1)
    onCommit(wanted)
  }
  const choose = (suggestion: Suggestion, hands: 'on' | 'back') => {
    if (place === null) return
    const next = applySuggestion(text, place, suggestion)
    setActive(-1)
    if (suggestion.isComplete && hands === 'on' && next.caret === next.text.length) {
      commit(next.text)
      return
    }
    onText(next.text)
    setCaret(next.caret)
    requestAnimationFrame(() => input.current?.setSelectionRange(next.caret, next.caret))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const suggestion = suggestions[active]
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!shown) setIsOpen(true)
      else setActive(wrap(active + (event.key === 'ArrowDown' ? 1 : -1), suggestions.length))
    } else if (event.key === 'Enter') {
      if (shown && suggestion !== undefined) choose(suggestion, 'on')
      else commit(text)
    } else if (event.key === 'Tab' && shown && suggestion !== undefined) {
      choose(suggestion, 'back')
    } else if (event.key === 'Escape') {
      if (shown) setIsOpen(false)
      else {
        setProblem(null)
        onCancel()
      }
    } else if (event.key === 'Backspace' && text === '' && hasChips) {
      onBackspace()
    } else {
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={styles.box}>
      <input
        ref={input}
        id={FILTER_INPUT_ID}
        className={styles.input}
        role="combobox"
        aria-label="Filter"
        aria-autocomplete="list"
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        placeholder={hasChips ? 'and…' : 'Filter: verdict:dropped from:ns:shop port:8080'}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={text}
        onChange={(event) => {
          onText(event.target.value)
          setCaret(event.target.selectionStart ?? event.target.value.length)
          setIsOpen(true)
          setActive(-1)
          setProblem(null)
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
        onFocus={() => setIsOpen(true)}
        onBlur={() => setIsOpen(false)}
        onKeyDown={onKeyDown}
      />
      {problem !== null && (
        <div id={`${id}-problem`} className={styles.problem} role="alert">
          <code className={styles.place}>
            {text.slice(0, problem.position)}
            <mark className={styles.mark}>{text.slice(problem.position, problem.position + problem.length) || ' '}</mark>
            {text.slice(problem.position + problem.length)}
          </code>
          <p>{problem.message}</p>
          {problem.allowed.length > 0 && <p className={styles.allowed}>Known: {problem.allowed.join(', ')}</p>}
        </div>
      )}
      <div
        id={`${id}-list`}
        role="listbox"
        // A box that scrolls would be a stop of its own for Tab, and is gone once it is reached.
        tabIndex={-1}
        aria-label="Completions"
        className={classNames(styles.list, !(shown && problem === null) && styles.closed)}
      >
        {shown &&
          suggestions.map((suggestion, index) => (
            <div
              key={suggestion.text}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              className={styles.option}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(suggestion, 'on')}
            >
              <bdi className={styles.text}>{suggestion.text}</bdi>
              <span className={styles.about}>{suggestion.about}</span>
            </div>
          ))}
      </div>
    </div>
  )
}

function useSuggestions(place: WordPlace | null): readonly Suggestion[] {
  const word = place?.word ?? ''
  const { field, prefix } = wantedValues(useDeferredValue(word))
  const asks = place !== null && word !== '' && (field === null || field.allowed === null)
  const hints = useQuery({ ...hintOptions(field?.field ?? '', prefix, MOST_SUGGESTIONS), enabled: asks })
  if (place === null) return []
  return suggest(word, knownFrom(hints.data), MOST_SUGGESTIONS)
}

function knownFrom(hints: FlowHintsDocument | undefined): KnownValues {
  return new Map(
    (hints?.fields ?? []).flatMap(({ field, values }) => {
      const rule = findField(field)
      return rule === null ? [] : [[rule.field, values] as const]
    }),
  )
}

function wrap(index: number, count: number): number {
  return count === 0 ? -1 : (index + count) % count
}
