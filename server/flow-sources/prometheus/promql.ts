/** A label and the value that it must have: `cluster="prod"`. */
export type LabelMatcher = { readonly name: string; readonly value: string }

/**
 * A text as a PromQL string. Quotes, backslashes and control characters are escaped; everything else, any script, stands
 * as it is. Source: Prometheus querying basics, "String literals" (the escapes of Go).
 */
export function promqlString(text: string): string {
  let quoted = '"'
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (character === '"' || character === '\\') quoted += `\\${character}`
    else if (code < 0x20 || code === 0x7f) quoted += `\\x${code.toString(16).padStart(2, '0')}`
    // Half of a surrogate pair is no character, and no server takes it.
    else if (code >= 0xd800 && code <= 0xdfff) quoted += '\ufffd'
    else quoted += character
  }
  return `${quoted}"`
}

/** `metric{a="b",c=~"d"}`; `written` are matchers that are PromQL already. */
export function selector(metric: string, written: readonly string[], matchers: readonly LabelMatcher[]): string {
  const all = [...written, ...matchers.map(({ name, value }) => `${name}=${promqlString(value)}`)]
  return all.length === 0 ? metric : `${metric}{${all.join(',')}}`
}

export type IncreaseQuery = {
  readonly metric: string
  readonly written: readonly string[]
  readonly matchers: readonly LabelMatcher[]
  /** Labels that the answer is summed by. */
  readonly by: readonly string[]
  /** The increase is of this long, ending at the time of the query. */
  readonly windowMs: number
  /** How far back a series' last sample counts as its value: at least four scrape intervals. */
  readonly lookbackMs: number
  /** Series of the answer; the largest ones are kept. */
  readonly limit: number
}

/**
 * By how much counters grew in a window, summed by labels.
 *
 * Not `increase()`, which guesses what lies beyond the samples: its windows overlap or leave gaps, and a series that begins
 * with its first event grows by nothing. Here each series' last value before one moment is taken from its last value before
 * the other. Windows that touch add up to exactly what the counter grew, missing scrapes included. A counter that started
 * again counts from zero, so a reset loses what was not scraped and invents nothing. A series that was not there before
 * counts from zero only when its target was scraped without it, or when its process started since: otherwise nobody knows
 * when it began, and it counts from the next window on.
 */
export function increaseQuery({ metric, written, matchers, by, windowMs, lookbackMs, limit }: IncreaseQuery): string {
  const range = `[${lookbackMs}ms]`
  const before = ` offset ${windowMs}ms`
  const series = selector(metric, written, matchers)
  const now = `last_over_time(${series}${range})`
  const then = `last_over_time(${series}${range}${before})`
  const wasScraped = `max_over_time(${selector('up', [], matchers)}${range}${before}) == 1`
  const started = `last_over_time(${selector('process_start_time_seconds', [], matchers)}${range})`
  const hasStarted = `${started} >= time() - ${(windowMs + lookbackMs) / 1000}`
  const grown = `((${now} - ${then}) > 0)`
  const reset = `(${now} < ${then})`
  const begun = `((${now} unless ${then}) and on (job, instance) (${wasScraped} or ${hasStarted}))`
  return `topk(${limit}, sum by (${by.join(', ')}) (${grown} or ${reset} or ${begun}) > 0)`
}
