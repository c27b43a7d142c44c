import { setImmediate } from 'node:timers/promises'
import type { IngestDocument } from '@/lib/api/documents'
import type { LineFormatId } from '@/lib/api/line-format-ids'
import type { IngestError } from './flow-sources/ingest-error'
import { jsonAnswer } from './http/answer'
import { aProblem, problemResponse } from './http/problem'
import type { Runtime } from './running'

/** Takes the flows of one request body; all of it or nothing, apart from lines that cannot be read. */
export async function takePostedFlows(request: Request, format: LineFormatId | null, running: Runtime): Promise<Response> {
  const { posted } = running
  if (posted === null) {
    return problemResponse(aProblem(404, 'Flows are not taken here', 'Start the server with --flows ingest to take flows over HTTP.'))
  }
  if (/^multipart\//i.test(request.headers.get('content-type') ?? '')) {
    return problemResponse(aProblem(415, 'This kind of body is not read', 'Send lines, JSON or MessagePack, plain or compressed.'))
  }
  const body = request.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() })
  const input = {
    body: chunksOf(body),
    encoding: request.headers.get('content-encoding'),
    contentType: request.headers.get('content-type'),
    format,
  }
  const reading = await posted.reader.read(input, running.clock.now())
  if (!reading.ok) return refusal(reading.error)
  const { batches, accepted, ignored, rejected, rejectedCount } = reading.value
  for (const batch of batches) {
    posted.intake.accept(batch)
    // A large body must not keep the server from answering.
    await setImmediate()
  }
  const document: IngestDocument = {
    apiVersion: 'sluice/v1',
    kind: 'IngestResult',
    accepted,
    ignored,
    rejected,
    rejectedTotal: rejectedCount,
  }
  return jsonAnswer(document)
}

/** The pieces of a request body. */
export async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function refusal({ refusal: reason, message, retryAfterSeconds }: IngestError): Response {
  switch (reason) {
    case 'too-large':
      return problemResponse(aProblem(413, 'The body is too large', message))
    case 'unsupported-encoding':
      return problemResponse(aProblem(415, 'This content encoding is not read', message))
    case 'malformed':
      return problemResponse(aProblem(400, 'The body is not what its encoding says', message))
    case 'busy':
      return problemResponse(aProblem(429, 'Too many bodies at once', message), { 'retry-after': String(retryAfterSeconds ?? 1) })
  }
}
