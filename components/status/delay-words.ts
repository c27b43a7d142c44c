import type { SourceDelay } from '@/lib/flows/delay-meter'
import { durationWords } from '@/lib/model/duration-words'

/** Less says nothing about clocks: machines differ by that much. */
const SKEW_MS = 2_000
/** Delays are measured up to three days. */
const LONGEST_MS = 3 * 86_400_000

/** `0.3 s; 99 % within 2 s`: of half of the flows, and of 99 in 100; once where both are the same. */
export function delayWords(delay: SourceDelay | null): string {
  if (delay === null) return '–'
  const [half, most] = [lateness(delay.medianMs), lateness(delay.p99Ms)]
  return half === most ? half : `${half}; 99 % within ${most}`
}

/** What the flows say about the clock of their source. A clock that is behind looks like a delay. */
export function clockWords(delay: SourceDelay | null): { readonly text: string; readonly isWrong: boolean } {
  if (delay === null) return { text: '–', isWrong: false }
  const { aheadMs } = delay
  return aheadMs < SKEW_MS
    ? { text: 'not ahead', isWrong: false }
    : { text: `${aheadMs >= LONGEST_MS ? 'days' : durationWords(aheadMs)} ahead`, isWrong: true }
}

function lateness(ms: number): string {
  if (ms >= LONGEST_MS) return 'days'
  if (ms >= 10_000) return durationWords(ms)
  return ms < 50 ? '0 s' : `${(ms / 1000).toFixed(1)} s`
}
