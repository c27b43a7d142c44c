import type { ForgedRecord } from './record'

/** How records reach the server. */
export type Way = {
  /** Hands them over; they have come when `expected` says as many as the server has received. */
  readonly send: (records: readonly ForgedRecord[]) => Promise<void>
  /** Tells of so many lost records. */
  readonly lose: (count: number) => Promise<void>
  /** Records that the server must have received by now, however often each of them. */
  readonly expected: () => number
  /** Records that cannot reach the server while it is away. */
  readonly leave: () => void
  readonly comeBack: () => Promise<void>
  readonly stop: () => void
}
