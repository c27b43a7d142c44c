import type { FakeUser } from './access'
import type { KubernetesObject } from './kubernetes-object'

export type FakeApiOptions = {
  readonly objects?: readonly KubernetesObject[]
  /** Who may ask what; one administrator when left out. */
  readonly users?: readonly FakeUser[]
  /** `http1` is a server that does not know HTTP/2. */
  readonly protocol?: 'http2' | 'http1'
  readonly version?: string
  /** Streaming lists are refused, as by servers before they had them. */
  readonly withoutStreamingLists?: boolean
  /** Discovery in one document is refused, as by servers before 1.26. */
  readonly withoutAggregatedDiscovery?: boolean
  /** 100, as the real one has it. */
  readonly maxConcurrentStreams?: number
  readonly bookmarkEveryMs?: number
  /** Writes that are remembered for watches that come back. */
  readonly historyLimit?: number
}
