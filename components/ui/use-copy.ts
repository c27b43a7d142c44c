'use client'

import { useState } from 'react'

type Outcome = 'copied' | 'refused'

/** Copies texts that are made of a source, and tells what became of the last one until the source changes. */
export function useCopy(source: string): { readonly outcome: Outcome | null; readonly copy: (text: string) => Promise<void> } {
  const [last, setLast] = useState<{ readonly source: string; readonly outcome: Outcome } | null>(null)
  const copy = async (text: string) => {
    setLast(null)
    setLast({ source, outcome: await write(text) })
  }
  return { outcome: last !== null && last.source === source ? last.outcome : null, copy }
}

/** Over plain HTTP from another machine the browser has no clipboard for pages. */
async function write(text: string): Promise<Outcome> {
  try {
    await navigator.clipboard.writeText(text)
    return 'copied'
  } catch {
    return 'refused'
  }
}
