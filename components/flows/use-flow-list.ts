'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { addNewest, addOlder, type FlowList, startFlowList } from './flow-list'
import { type FlowQuery, requestFlows } from './flow-queries'

export type FlowListState = {
  /** null until the first page of this query arrived. */
  readonly list: FlowList | null
  readonly error: Error | null
  readonly loadingOlder: boolean
  readonly loadOlder: () => void
  readonly refresh: () => void
}

/**
 * The flows of a query: the newest page first, older pages on request, the newest again on `refresh`. The rows of the
 * query before stay until the first page of the new one is there.
 */
export function useFlowList(filter: string, range: () => Pick<FlowQuery, 'from' | 'to'>, rangeKey: string): FlowListState {
  const [list, setList] = useState<FlowList | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [loadingOlder, setLoadingOlder] = useState(false)
  const query = useRef<() => FlowQuery>(() => ({ filter, ...range() }))
  query.current = () => ({ filter, ...range() })
  const running = useRef<AbortController | null>(null)
  const refreshing = useRef(false)

  // biome-ignore lint/correctness/useExhaustiveDependencies: both name the query that the ref makes
  useEffect(() => {
    const controller = new AbortController()
    running.current = controller
    refreshing.current = false
    setLoadingOlder(false)
    requestFlows(query.current(), null, controller.signal)
      .then((page) => {
        setList(startFlowList(page))
        setError(null)
      })
      .catch((failure: unknown) => {
        if (!controller.signal.aborted) setError(asError(failure))
      })
    return () => controller.abort()
  }, [filter, rangeKey])

  const refresh = useCallback(() => {
    const controller = running.current
    if (controller === null || refreshing.current) return
    refreshing.current = true
    requestFlows(query.current(), null, controller.signal)
      .then((page) => {
        setList((before) => (before === null ? startFlowList(page) : addNewest(before, page)))
        setError(null)
      })
      .catch((failure: unknown) => {
        if (!controller.signal.aborted) setError(asError(failure))
      })
      .finally(() => {
        if (running.current === controller) refreshing.current = false
      })
  }, [])

  const loadOlder = useCallback(() => {
    const controller = running.current
    const next = list?.next ?? null
    if (controller === null || next === null || loadingOlder) return
    setLoadingOlder(true)
    requestFlows(query.current(), next, controller.signal)
      .then((page) => setList((before) => (before === null ? before : addOlder(before, page))))
      .catch((failure: unknown) => {
        if (!controller.signal.aborted) setError(asError(failure))
      })
      .finally(() => {
        if (running.current === controller) setLoadingOlder(false)
      })
  }, [list, loadingOlder])

  return { list, error, loadingOlder, loadOlder, refresh }
}

function asError(failure: unknown): Error {
  return failure instanceof Error ? failure : new Error(String(failure))
}
