'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { addNewest, addOlder, countNewer, type FlowList, startFlowList } from './flow-list'
import { type FlowQuery, requestFlows } from './flow-queries'

export type FlowListState = {
  /** null until the first page of this query arrived. */
  readonly list: FlowList | null
  readonly error: Error | null
  readonly loadingOlder: boolean
  readonly loadOlder: () => void
  /**
   * Reads the newest page and joins it to the list, or only counts what is newer. `follow` joins it if the list still
   * follows when the page arrives.
   */
  readonly refresh: (how: 'follow' | 'join' | 'count') => void
  /** Flows of the newest page that are not in the list, as counted last. */
  readonly newer: number
}

/**
 * The flows of a query: the newest page first, older pages on request, the newest again on `refresh`. The rows of the
 * query before stay until the first page of the new one is there.
 */
export function useFlowList(
  filter: string,
  range: () => Pick<FlowQuery, 'from' | 'to'>,
  rangeKey: string,
  follows: boolean,
): FlowListState {
  const [list, setList] = useState<FlowList | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [loadingOlder, setLoadingOlder] = useState(false)
  const [newer, setNewer] = useState(0)
  const query = useRef<() => FlowQuery>(() => ({ filter, ...range() }))
  query.current = () => ({ filter, ...range() })
  const shown = useRef(list)
  shown.current = list
  const isFollowing = useRef(follows)
  isFollowing.current = follows
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
        setNewer(0)
        setError(null)
      })
      .catch((failure: unknown) => {
        if (!controller.signal.aborted) setError(asError(failure))
      })
    return () => controller.abort()
  }, [filter, rangeKey])

  const refresh = useCallback((how: 'follow' | 'join' | 'count') => {
    const controller = running.current
    if (controller === null || refreshing.current) return
    refreshing.current = true
    requestFlows(query.current(), null, controller.signal)
      .then((page) => {
        const joins = how === 'join' || (how === 'follow' && isFollowing.current)
        if (joins) setList((before) => (before === null ? startFlowList(page) : addNewest(before, page)))
        setNewer(joins ? 0 : countNewer(shown.current, page))
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

  return { list, error, loadingOlder, loadOlder, refresh, newer }
}

function asError(failure: unknown): Error {
  return failure instanceof Error ? failure : new Error(String(failure))
}
