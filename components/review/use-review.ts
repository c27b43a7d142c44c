'use client'

import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { DiffDocument, DraftProblem } from '@/lib/api/diff-document'
import { type ReviewQuestion, reviewOptions } from './review-queries'

/** Typing rests this long before the draft is compared. */
const REST_MS = 400

export type Review = {
  /** The last result of a draft that could be read as a whole; of one that could not, as long as there is no other. */
  readonly result: DiffDocument | null
  /** True when the result is that of an earlier text, because the present one cannot be read. */
  readonly isStale: boolean
  /** True while a result for the present text is awaited. */
  readonly isComparing: boolean
  /** What is wrong in the present text. */
  readonly problems: readonly DraftProblem[]
  /** Why there is no result, when that has nothing to do with the draft; null when all is well. */
  readonly failure: string | null
}

const NO_PROBLEMS: readonly DraftProblem[] = []

/** Compares the draft with the cluster whenever it rests. */
export function useReview(question: ReviewQuestion): Review {
  const draft = useRested(question.draft)
  const isEmpty = draft.trim() === ''
  const { data, error, isFetching } = useQuery({ ...reviewOptions({ ...question, draft }), enabled: !isEmpty })
  const [good, setGood] = useState<DiffDocument | null>(null)
  useEffect(() => {
    if (isEmpty) setGood(null)
    else if (data?.isComplete === true) setGood(data)
  }, [data, isEmpty])

  if (question.draft.trim() === '') return { result: null, isStale: false, isComparing: false, problems: NO_PROBLEMS, failure: null }
  const isBroken = data?.isComplete === false
  const isReadable = data !== undefined && (data.isComplete || data.objects.length > 0)
  return {
    result: isBroken && good !== null ? good : isReadable ? data : isBroken ? null : good,
    isStale: isBroken && good !== null,
    isComparing: question.draft !== draft || (isFetching && data === undefined),
    problems: data?.problems ?? NO_PROBLEMS,
    failure: error === null ? null : error.message,
  }
}

/** A text once it has stayed the same for a moment. The first one counts at once. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text)
  useEffect(() => {
    const wait = setTimeout(() => setRested(text), rested === '' ? 0 : REST_MS)
    return () => clearTimeout(wait)
  }, [text, rested])
  return rested
}
