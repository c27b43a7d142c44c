import type { InternPool } from '@/lib/model/projection/intern-pool'
import { Feed, type FeedContext } from './feed'
import { ObjectStore } from './object-store'

const GROUP = 'apiextensions.k8s.io'
/** Definitions come in heaps. */
const SOON_MS = 300
/** A new kind is served a moment after its definition is there. */
const LATER_MS: readonly number[] = [2_000, 8_000]

/** Tells when definitions of custom kinds come, change or go. */
export class CustomKindsWatch {
  readonly #context: FeedContext
  readonly #onChange: () => void
  readonly #feed: Feed
  #isStarted = false
  #seen = 0
  #soon: (() => void) | null = null
  #later: readonly (() => void)[] = []

  constructor(context: FeedContext, pool: InternPool, onChange: () => void) {
    this.#context = context
    this.#onChange = onChange
    const store = new ObjectStore({
      apiVersion: `${GROUP}/v1`,
      kind: 'CustomResourceDefinition',
      pool,
      onLeftOut: () => {},
    })
    this.#feed = new Feed(context, {
      path: `/apis/${GROUP}/v1/customresourcedefinitions`,
      namespace: null,
      // The schemas of the definitions are large, and nobody reads them.
      form: 'metadata',
      store,
      onUpdate: () => {
        if (this.#told() !== this.#seen) this.#look()
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
    this.#soon?.()
    for (const cancel of this.#later) cancel()
  }

  /** Counted, because a definition that becomes established changes nothing of its name. */
  #told(): number {
    return this.#feed.events + this.#feed.relists
  }

  #look(): void {
    this.#seen = this.#told()
    const { clock } = this.#context
    // Not put off by what comes meanwhile: a definition may change all the time.
    this.#soon ??= clock.after(SOON_MS, () => {
      this.#soon = null
      this.#onChange()
    })
    for (const cancel of this.#later) cancel()
    this.#later = LATER_MS.map((ms) => clock.after(ms, this.#onChange))
  }
}
