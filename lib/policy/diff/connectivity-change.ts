import type { ConnectionSet, Direction, Reason, UnknownReason } from '../types'

/** A rule or policy that decides, and on which side of the change and of the connection it does. */
export type ChangeReason = Reason & { readonly at: 'before' | 'after'; readonly side: Direction }

/** An end that exists on one side of the change only. */
export type WorkloadChange = { readonly src: 'appears' | 'disappears' | null; readonly dst: 'appears' | 'disappears' | null }

/** One pair whose allowed connections differ: `added` had none before, `removed` has none after. */
export type ConnectivityChange = {
  readonly type: 'added' | 'removed' | 'changed'
  /** Workload, pod, or outside addresses as `ip:A-B` (`ip:A` for one). */
  readonly src: string
  readonly dst: string
  readonly before: ConnectionSet
  readonly after: ConnectionSet
  /** null when both ends exist before and after, so that policies or labels made the difference. */
  readonly workloadChange: WorkloadChange | null
  /** What decides about the connections that differ, before and after. */
  readonly because: readonly ChangeReason[]
}

/** A pair of which the policies can no longer, or can now, tell. */
export type UnknownChange = {
  readonly src: string
  readonly dst: string
  readonly before: ConnectionSet
  readonly after: ConnectionSet
  readonly reason: UnknownReason
}

export type ConnectivityDiff = {
  readonly level: 'workload' | 'pod'
  readonly changes: readonly ConnectivityChange[]
  readonly unknown: readonly UnknownChange[]
}
