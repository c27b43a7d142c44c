import { TEN } from '../../flows/testing/an-observed-flow'
import type { Recording } from '../recording'

/** A recording of ten o'clock with nothing in it but what the test gives. */
export function aRecording(over: Partial<Recording> = {}): Recording {
  return {
    header: {
      createdAt: TEN,
      recordedAt: TEN,
      changesSince: TEN - 3_600_000,
      tool: 'sluice test',
      cluster: 'test',
      source: 'live',
      masked: false,
      view: '',
    },
    documents: [],
    unread: new Map(),
    problems: [],
    changes: [],
    effects: [],
    sources: [],
    cells: [],
    flows: [],
    ...over,
  }
}
