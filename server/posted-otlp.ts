import { setImmediate } from 'node:timers/promises'
import { ProtobufWriter } from './flow-sources/grpc/protobuf-writer'
import type { OtlpEncoding, OtlpResult } from './flow-sources/otlp/otlp-reader'
import type { OtlpSignal } from './flow-sources/otlp/otlp-schema'
import { chunksOf } from './posted-flows'
import type { Runtime } from './running'

const TYPES: Readonly<Record<OtlpEncoding, string>> = { protobuf: 'application/x-protobuf', json: 'application/json' }
const REJECTED: Readonly<Record<OtlpSignal, string>> = {
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
  traces: 'rejectedSpans',
}

/** Codes of google.rpc.Code, for the bodies of refusals. */
const INVALID_ARGUMENT = 3
const NOT_FOUND = 5
const RESOURCE_EXHAUSTED = 8

/**
 * Takes one OTLP/HTTP request: records of logs, counters of edges; spans are answered with a partial success that refuses
 * them. Answers are in the request's own encoding, refusals a `Status`, as the specification wants them.
 */
export async function takeOtlp(signal: OtlpSignal, request: Request, running: Runtime): Promise<Response> {
  const encoding = encodingOf(request)
  const { posted } = running
  if (posted === null) {
    return refusal(encoding ?? 'json', 404, NOT_FOUND, 'flows are not taken here; start the server with --flows ingest')
  }
  if (encoding === null) return refusal('json', 415, INVALID_ARGUMENT, 'send application/x-protobuf or application/json')
  const body = request.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() })
  const contentEncoding = request.headers.get('content-encoding')
  const reading = await posted.otlp.read({ signal, encoding, body: chunksOf(body), contentEncoding }, running.clock.now())
  if (!reading.ok) {
    const { refusal: reason, message, retryAfterSeconds } = reading.error
    switch (reason) {
      case 'busy':
        return refusal(encoding, 429, RESOURCE_EXHAUSTED, message, { 'retry-after': String(retryAfterSeconds ?? 1) })
      case 'too-large':
        return refusal(encoding, 413, INVALID_ARGUMENT, message)
      case 'unsupported-encoding':
        return refusal(encoding, 415, INVALID_ARGUMENT, message)
      case 'malformed':
        return refusal(encoding, 400, INVALID_ARGUMENT, message)
    }
  }
  for (const batch of reading.value.batches) {
    posted.intake.accept(batch)
    // A large body must not keep the server from answering.
    await setImmediate()
  }
  return success(signal, encoding, reading.value)
}

function encodingOf(request: Request): OtlpEncoding | null {
  const type = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf'
  return type === 'application/json' ? 'json' : null
}

/** `Export…ServiceResponse`: empty, or with what was not taken. */
function success(signal: OtlpSignal, encoding: OtlpEncoding, { rejected, reason }: OtlpResult): Response {
  const headers = { 'content-type': TYPES[encoding], 'cache-control': 'no-store' }
  if (encoding === 'json') {
    // 64-bit numbers are texts in protobuf's JSON.
    const partialSuccess = { [REJECTED[signal]]: String(rejected), errorMessage: reason ?? '' }
    return new Response(JSON.stringify(rejected === 0 ? {} : { partialSuccess }), { headers })
  }
  const answer = new ProtobufWriter()
  if (rejected > 0) answer.message(1, new ProtobufWriter().int64(1, rejected).string(2, reason ?? ''))
  return new Response(Buffer.from(answer.finish()), { headers })
}

function refusal(
  encoding: OtlpEncoding,
  status: number,
  code: number,
  message: string,
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = { ...more, 'content-type': TYPES[encoding], 'cache-control': 'no-store' }
  const body =
    encoding === 'json' ? JSON.stringify({ code, message }) : Buffer.from(new ProtobufWriter().int64(1, code).string(2, message).finish())
  return new Response(body, { status, headers })
}
