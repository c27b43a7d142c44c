import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { MessageQueue } from './message-queue'
import { framed, MessageSplitter } from './message-splitter'

const texts = (messages: readonly Uint8Array[] | null) => messages?.map((message) => Buffer.from(message).toString())

test('a reader gets all that one read of the socket brought at once, though each message comes by itself', async () => {
  const stream = new Readable({ read: () => undefined })
  const queue = new MessageQueue(stream, new MessageSplitter(1_000))
  const first = queue.next()
  // Node hands over frame by frame, and lets promises go on in between.
  await new Promise<void>((resolve) => setImmediate(resolve))
  for (const text of ['one', 'two', 'three']) {
    stream.push(framed(Buffer.from(text)))
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  }
  expect(texts(await first)).toEqual(['one', 'two', 'three'])
  stream.push(framed(Buffer.from('four')))
  stream.push(null)
  expect(texts(await queue.next())).toEqual(['four'])
  expect(await queue.next()).toBeNull()
})
