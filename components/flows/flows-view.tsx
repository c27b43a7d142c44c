'use client'

import type { Filter } from '@/lib/flows/filter-types'
import { FlowBoard } from './flow-board'

const NOTHING_MORE: readonly Filter[] = []

/** The Flows page. */
export function FlowsView() {
  return <FlowBoard more={NOTHING_MORE} label="Flows, newest first" />
}
