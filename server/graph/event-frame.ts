import type { StreamEvent } from '@/lib/api/stream'

/** Bytes of one server-sent event, made once and sent to every viewer of a view. */
export type Frame = { readonly bytes: Uint8Array; readonly seq: number | null }

const encoder = new TextEncoder()

/** `id` lets a client resume after it; null for events that say only how things stand now. */
export function eventFrame(event: StreamEvent, id: string | null, seq: number | null): Frame {
  const head = id === null ? '' : `id: ${id}\n`
  // JSON holds no line break, so one data line carries it.
  return { bytes: encoder.encode(`${head}event: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`), seq }
}

/** Several events as one, so that they are written at once. */
export function joinFrames(frames: readonly Frame[]): Frame {
  return { bytes: Buffer.concat(frames.map(({ bytes }) => bytes)), seq: null }
}

export const RETRY_FRAME: Frame = { bytes: encoder.encode('retry: 2000\n\n'), seq: null }
export const HEARTBEAT_FRAME: Frame = { bytes: encoder.encode(': still here\n\n'), seq: null }
