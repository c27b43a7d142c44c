/** The first bytes of what comes, at least `count` of them where there are as many, and all of it. */
export async function peekBytes(
  chunks: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ readonly first: Buffer; readonly all: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]()
  let first = Buffer.alloc(0)
  while (first.length < count) {
    const next = await iterator.next()
    if (next.done === true) break
    first = Buffer.concat([first, next.value])
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield first
      yield* { [Symbol.asyncIterator]: () => iterator }
    } finally {
      await iterator.return?.()
    }
  }
  return { first, all: all() }
}
