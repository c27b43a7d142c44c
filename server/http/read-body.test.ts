import { expect, test } from 'vitest'
import { readBody } from './read-body'

function aRequest(body: BodyInit, headers: Record<string, string> = {}): Request {
  return new Request('http://localhost/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
}

/** A body that never ends, to show that reading does. */
function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) })
}

test('a body up to the limit is read whole', async () => {
  const result = await readBody(aRequest('x'.repeat(100)), 100)
  expect(result.ok && result.value.length).toBe(100)
})

test('a body over the limit is refused, with and without a declared length', async () => {
  for (const request of [aRequest('x'.repeat(101)), aRequest(endless())]) {
    const result = await readBody(request, 100)
    expect(result).toMatchObject({ ok: false, error: { status: 413 } })
  }
})
