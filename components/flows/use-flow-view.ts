'use client'

import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import type { FlowHistogramDocument } from '@/lib/api/documents'
import type { Filter } from '@/lib/flows/filter-types'
import { flowFilter } from '../live/flow-filter'
import type { LiveStatus } from '../live/graph-client'
import { useGraphClient, useLiveStatus } from '../live/live-provider'
import { oneCluster } from '../live/one-cluster'
import type { ViewState } from '../live/url-state'
import { histogramOptions } from './flow-queries'
import { type FlowListState, useFlowList } from './use-flow-list'

/** How often a live timeline is asked for again. */
const TIMELINE_MS = 5_000
const BUCKETS = 120

export type FlowView = FlowListState & {
  readonly histogram: FlowHistogramDocument | null
}

/** Flows and timeline of a view, kept fresh while it is live; new rows wait while the table must not move. */
export function useFlowView(view: ViewState, more: readonly Filter[], mayMove: boolean): FlowView {
  const client = useGraphClient()
  const { pulse, paused } = useLiveStatus()
  const filter = flowFilter(view, more)
  const isLive = view.at === null
  const range = () => {
    const to = view.at ?? restingMoment(client.getStatus(), view.windowMs)
    return { from: to - view.windowMs, to: isLive ? null : to }
  }
  const cluster = oneCluster(view).join()
  const rangeKey = `${cluster} ${isLive ? 'last' : view.at} ${view.windowMs}`
  const follows = isLive && !paused && mayMove
  const list = useFlowList(filter, range, rangeKey, follows)
  const { refresh } = list

  useEffect(() => {
    if (isLive && !paused && pulse !== null && pulse.new > 0) refresh(follows ? 'follow' : 'count')
  }, [pulse, follows, isLive, paused, refresh])
  useEffect(() => {
    if (follows) refresh('follow')
  }, [follows, refresh])

  const round = useRound(isLive && !paused)
  // The range of a live timeline moves with its round, not with every pulse.
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const timelineRange = useMemo(range, [rangeKey, round])
  const histogram = useQuery(histogramOptions({ filter, ...timelineRange }, BUCKETS, round))

  return { ...list, histogram: histogram.data ?? null }
}

/** Now, or the moment of the last flow when nothing came for a whole window; as the server does it for the map. */
function restingMoment({ pulse, summary }: LiveStatus, windowMs: number): number {
  const now = pulse?.at ?? Date.now()
  const last = summary?.lastFlowAt ?? null
  return last === null || last > now - windowMs ? now : last
}

function useRound(runs: boolean): number {
  const [round, setRound] = useState(0)
  useEffect(() => {
    if (!runs) return
    const timer = setInterval(() => setRound((before) => before + 1), TIMELINE_MS)
    return () => clearInterval(timer)
  }, [runs])
  return round
}
