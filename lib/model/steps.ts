/** Work in pieces of a few milliseconds at most: whoever runs it gives others their turn in between, or does not. */
export type Steps<Value> = Generator<undefined, Value>

/** All of it in one go. */
export function atOnce<Value>(steps: Steps<Value>): Value {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
