/** A time in which this process counts a source. */
export type Term = {
  /** Aborts when the claim is lost: what comes from then on is counted by somebody else. */
  readonly lost: AbortSignal
  /** False as soon as somebody else may hold the claim; also in a process that was frozen and does not know it yet. */
  isHeld(): boolean
}

/** Sources that any number of processes can read are counted by the one that holds a claim on them. */
export interface SourceClaims {
  /**
   * Waits until this process holds the claim on a source; null when `signal` aborts before. `tell` hears who holds it
   * meanwhile, or why it cannot be had.
   */
  hold(source: string, tell: (state: 'connecting' | 'failed', message: string) => void, signal: AbortSignal): Promise<Term | null>
  /** Gives back what is held, so that others need not wait; called when everything that was counted is written. */
  close(): Promise<void>
}
