import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FluentClient } from '@fluent-org/logger'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixturesDir } from '@/testing/fixtures'
import { BatchBuilder } from '../batch-builder'
import { decodeRecord } from '../decode-line'
import type { DecodedLine } from '../decoded-line'
import { LineMemory } from '../lines/line-memory'
import { Reception } from './testing/a-reception'

const dir = fixturesDir()
const folder = dir === null ? null : join(dir, 'flows')
const NOW = Date.UTC(2026, 10, 22)

/** Every recording of one line each, whatever the program. */
const FILES =
  folder === null
    ? []
    : readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(jsonl|log)$/.test(name))
        .sort()

function linesOf(file: string): readonly string[] {
  return readFileSync(join(folder ?? '', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}

/** Collects as the source does: the first lost event of a stream is told from the later ones. */
class Expected {
  readonly #builder = new BatchBuilder()

  of(lines: readonly DecodedLine[]) {
    for (const line of lines) this.#builder.add(line)
    const { flows, ignored, rejected } = this.#builder.take()
    return { flows, ignored: Object.fromEntries(ignored), rejected: Object.fromEntries(rejected) }
  }
}

describe.skipIf(folder === null)('recordings, as a shipper would send them by forward', () => {
  let reception: Reception
  let client: FluentClient
  const expected = new Expected()
  /** Like the source's: one for all files, some of which tell of the same connections. */
  const memory = new LineMemory()

  beforeAll(async () => {
    reception = await Reception.start({ now: () => NOW })
    const socket = { host: '127.0.0.1', port: reception.port }
    client = new FluentClient('app', { eventMode: 'CompressedPackedForward', ack: { ackTimeout: 10_000 }, socket, flushInterval: 5 })
  })
  afterAll(async () => {
    await client.shutdown()
    await reception.stop()
  })

  async function received(records: readonly Record<string, unknown>[]) {
    reception.flows.length = 0
    reception.ignored.clear()
    reception.rejected.clear()
    await Promise.all(records.map((record) => client.emit('flows', record, NOW)))
    return {
      flows: [...reception.flows],
      ignored: Object.fromEntries(reception.ignored),
      rejected: Object.fromEntries(reception.rejected),
    }
  }

  test.each(FILES)('%s: a line is the same by forward as by itself', async (file) => {
    const lines = linesOf(file)
    const alone = expected.of(lines.map((line) => decodeRecord({ log: line }, null, NOW, { time: NOW, memory })))
    expect(await received(lines.map((log) => ({ log })))).toEqual(alone)
  })

  test.each(FILES.filter((file) => file.startsWith('fluent/')))('%s: records with their metadata', async (file) => {
    const records = linesOf(file).map((line): Record<string, unknown> => JSON.parse(line))
    const alone = expected.of(records.map((record) => decodeRecord(record, null, NOW, { time: NOW, memory })))
    expect(await received(records)).toEqual(alone)
  })
})
