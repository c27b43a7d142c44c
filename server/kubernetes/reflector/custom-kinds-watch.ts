import type { InternPool } from '@/lib/model/projection/intern-pool'
import { Feed, type FeedContext } from './feed'
import { ObjectStore } from './object-store'

const GROUP = 'apiextensions.k8s.io'
/** A new kind is served a moment after its definition is there. */
const LOOK_MS: readonly number[] = [300, 2_000, 8_000]

/** Tells when definitions of custom kinds come, change or go. */
export class CustomKindsWatch {
  readonly #context: FeedContext
  readonly #onChange: () => void
  readonly #feed: Feed
  #isStarted = false
  #seen = 0
  #timers: (() => void)[] = []

  constructor(context: FeedContext, pool: InternPool, onChange: () => void) {
    this.#context = context
    this.#onChange = onChange
    const store = new ObjectStore({
      apiVersion: `${GROUP}/v1`,
      group: GROUP,
      kind: 'CustomResourceDefinition',
      pool,
      now: context.clock.now,
      onLeftOut: () => {},
    })
    this.#feed = new Feed(context, {
      path: `/apis/${GROUP}/v1/customresourcedefinitions`,
      namespace: null,
      // The schemas of the definitions are large, and nobody reads them.
      form: 'metadata',
      store,
      onChanges: () => this.#look(),
      onUpdate: () => {
        // A definition that becomes established changes nothing of its name.
        if (this.#feed.events !== this.#seen) this.#look()
      },
    })
  }

  /** Whether nothing can come without being told. */
  get isWatching(): boolean {
    return this.#feed.state.kind === 'live'
  }

  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#feed.start()
  }

  stop(): void {
    this.#feed.stop()
    for (const cancel of this.#timers) cancel()
  }

  #look(): void {
    this.#seen = this.#feed.events
    for (const cancel of this.#timers) cancel()
    this.#timers = LOOK_MS.map((ms) => this.#context.clock.after(ms, this.#onChange))
  }
}
