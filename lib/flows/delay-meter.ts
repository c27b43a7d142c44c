/** How late the flows of a source come, over the last minute, in milliseconds. */
export type SourceDelay = {
  /** Of half of the flows, and of 99 in 100. Negative when their clocks are ahead of ours. */
  readonly medianMs: number
  readonly p99Ms: number
  /** How far the source's clocks are ahead at least: flows cannot be seen before they happen. 0 when no flow says so. */
  readonly aheadMs: number
}

const SLOT_MS = 10_000
const SLOTS = 6
const STEPS_PER_OCTAVE = 8
/** Up to 2^28 ms, three days. */
const STEPS = 28 * STEPS_PER_OCTAVE
/** What one flow in a hundred says may be one machine's broken clock. */
const RARE = 0.01

/**
 * The delays of the last minute in six histograms, each step 9 % wide, so that memory is fixed whatever comes.
 */
export class DelayMeter {
  readonly #slots = Array.from({ length: SLOTS }, () => ({
    since: Number.NEGATIVE_INFINITY,
    counts: new Int32Array(2 * STEPS + 1),
    total: 0,
  }))

  /** Takes the time of a flow (by the source's clock) and when it came (by ours), in milliseconds. */
  see(time: number, now: number): void {
    const since = Math.floor(now / SLOT_MS) * SLOT_MS
    const slot = this.#slots[(since / SLOT_MS) % SLOTS]
    if (slot === undefined) return
    if (slot.since !== since) {
      slot.since = since
      slot.counts.fill(0)
      slot.total = 0
    }
    const step = stepOf(now - time)
    slot.counts[step] = (slot.counts[step] ?? 0) + 1
    slot.total++
  }

  /** null when nothing came for a minute. */
  read(now: number): SourceDelay | null {
    const fresh = this.#slots.filter(({ since }) => since > now - SLOTS * SLOT_MS)
    const total = fresh.reduce((sum, slot) => sum + slot.total, 0)
    if (total === 0) return null
    const at = (share: number): number => {
      let left = Math.max(1, Math.ceil(share * total))
      for (let step = 0; step < 2 * STEPS + 1; step++) {
        for (const { counts } of fresh) left -= counts[step] ?? 0
        if (left <= 0) return delayOf(step)
      }
      return delayOf(2 * STEPS)
    }
    return { medianMs: at(0.5), p99Ms: at(1 - RARE), aheadMs: Math.max(0, -at(RARE)) }
  }
}

/** 0 for the most ahead, `STEPS` for no delay. */
function stepOf(delayMs: number): number {
  const size = Math.min(STEPS, Math.round(Math.log2(1 + Math.abs(delayMs)) * STEPS_PER_OCTAVE))
  return delayMs < 0 ? STEPS - size : STEPS + size
}

function delayOf(step: number): number {
  const size = Math.round(2 ** (Math.abs(step - STEPS) / STEPS_PER_OCTAVE) - 1)
  return step < STEPS ? -size : size
}
