import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { OtlpReader } from './otlp-reader'
import type { OtlpSignal } from './otlp-schema'

const folder = process.env.SLUICE_FIXTURES === undefined ? null : join(process.env.SLUICE_FIXTURES, 'flows/otlp')
const isThere = folder !== null && existsSync(folder)
if (!isThere) process.stdout.write("OpenTelemetry's own example bodies: skipped without SLUICE_FIXTURES.\n")

async function* chunks(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}

describe.runIf(isThere)("OpenTelemetry's own example bodies", () => {
  test.each<[string, OtlpSignal, Record<string, number>, number]>([
    ['logs.json', 'logs', { 'not-a-flow': 1 }, 0],
    ['events.json', 'logs', { 'not-a-flow': 1 }, 0],
    ['metrics.json', 'metrics', { 'metric/not-read': 4 }, 0],
    ['trace.json', 'traces', { 'trace-span': 1 }, 1],
  ])('%s is understood, and holds no flow', async (file, signal, ignored, rejected) => {
    const body = chunks(readFileSync(join(folder ?? '', file)))
    const result = await new OtlpReader(0).read({ signal, encoding: 'json', body, contentEncoding: null }, 0)
    if (!result.ok) throw result.error
    const { batches } = result.value
    expect(batches.flatMap((batch) => batch.flows)).toEqual([])
    expect(Object.fromEntries(batches.flatMap((batch) => [...batch.ignored]))).toEqual(ignored)
    expect(result.value.rejected).toBe(rejected)
  })
})
