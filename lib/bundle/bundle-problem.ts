/**
 * Why a bundle cannot be opened: `foreign` is no bundle at all, `newer` one of a later version, `cut-off` ends too early,
 * `damaged` is not what was written, `malformed` is whole but says what cannot be, `too-large` passes a limit.
 */
export type BundleFault = 'foreign' | 'newer' | 'cut-off' | 'damaged' | 'malformed' | 'too-large'

/** A bundle that cannot be opened. `message` is a sentence for people. */
export class BundleProblem extends Error {
  override readonly name = 'BundleProblem'

  /** @param line of the inflated text, counted from 1; null where no line is to blame */
  constructor(
    readonly fault: BundleFault,
    message: string,
    readonly line: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
