import type { FakeApi } from '../fake-api/fake-api'

/** Something that watches the pods of a server, ours or another's, on the same rig. */
export interface Watcher {
  /** `NAME TURN` of every pod that it takes to be there, sorted. */
  pods(): readonly string[]
  /** Whether it says that this is how things are now; null when it never says anything of the kind. */
  saysLive(): boolean | null
  stop(): void
}

export type StartWatcher = (api: FakeApi) => Watcher
