/** Milliseconds since the epoch. */
export type TimeSpan = { readonly first: number; readonly last: number }

/** The span that holds these moments as well; null is the span of nothing. */
export function widenSpan(span: TimeSpan | null, first: number, last: number): TimeSpan {
  if (span === null) return { first, last }
  if (first >= span.first && last <= span.last) return span
  return { first: Math.min(span.first, first), last: Math.max(span.last, last) }
}
