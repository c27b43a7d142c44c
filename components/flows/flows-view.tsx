'use client'

import { FlowBoard } from './flow-board'

const NOTHING_MORE: readonly string[] = []

/** The Flows page. */
export function FlowsView() {
  return <FlowBoard more={NOTHING_MORE} label="Flows, newest first" />
}
