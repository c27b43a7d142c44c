import type { SourceDocument } from '@/lib/model/source-document'
import type { ClusterFeed } from '../cluster-feed'

/** A cluster whose objects a test sets; reading it again is the test's to ask for. */
export class ChangingCluster implements ClusterFeed {
  readonly origin = 'a test'
  readonly settleMs = 0
  readonly ready = Promise.resolve()
  #documents: readonly SourceDocument[]

  constructor(objects: readonly object[]) {
    this.#documents = objects.map((body) => ({ body, origin: null }))
  }

  set(objects: readonly object[]): void {
    this.#documents = objects.map((body) => ({ body, origin: null }))
  }

  start(): void {}

  read: ClusterFeed['read'] = async () => ({ documents: this.#documents, problems: [], name: 'test', source: 'live' })

  kinds(): [] {
    return []
  }

  stop(): void {}
}
