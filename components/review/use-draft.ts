'use client'

import { useCallback, useEffect, useState } from 'react'

const SLOT = 'sluice.review.draft'
/** Characters kept over a reload; browsers give a site a few million. */
const MAX_KEPT = 512 * 1024

export type Draft = {
  readonly text: string
  readonly setText: (change: string | ((text: string) => string)) => void
  /** False until what was kept over the last reload is there. */
  readonly isLoaded: boolean
  /** True when the draft is too long, or the browser keeps nothing. */
  readonly isLost: boolean
}

/** The draft, kept in this browser until it is discarded. */
export function useDraft(): Draft {
  const [text, setText] = useState('')
  const [isLoaded, setLoaded] = useState(false)
  const [isLost, setLost] = useState(false)
  useEffect(() => {
    setText(readKept())
    setLoaded(true)
  }, [])
  const change = useCallback((next: string | ((text: string) => string)) => {
    setText((before) => {
      const after = typeof next === 'function' ? next(before) : next
      setLost(!keep(after))
      return after
    })
  }, [])
  return { text, setText: change, isLoaded, isLost }
}

function readKept(): string {
  try {
    return window.localStorage.getItem(SLOT) ?? ''
  } catch {
    return ''
  }
}

function keep(text: string): boolean {
  try {
    if (text === '' || text.length > MAX_KEPT) window.localStorage.removeItem(SLOT)
    else window.localStorage.setItem(SLOT, text)
    return text.length <= MAX_KEPT
  } catch {
    return false
  }
}
