import type { Verdict } from '@/lib/flows/flow'
import type { ForgedRecord } from './record'
import type { TrueConnection } from './truth'

/** What one kind of source makes of the truth. */
export type Rendering = {
  readonly name: string
  /** How its records reach the server. */
  readonly way: 'posted' | 'hubble' | 'goldmane'
  readonly records: (truth: readonly TrueConnection[]) => readonly ForgedRecord[]
  /** How it shows a connection; null when it sees nothing of it. */
  readonly outcome: (connection: TrueConnection) => Verdict | null
  /** True when it names pods or workloads itself, so that the server has no excuse. */
  readonly namesPods: boolean
  /** True when it tells addresses outside of the cluster apart. */
  readonly namesOutside: boolean
  /** True when it names events, so that one that comes twice counts once. */
  readonly hasIds: boolean
  /** Records come as soon as they are made, or after their interval. */
  readonly maxDelayMs: number
}
