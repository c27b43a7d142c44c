import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeLine } from '../decode-line'
import { readStreams, recordOf } from './loki-answer'
import { createNetobservLokiSource } from './netobserv-loki-source'
import { FakeLoki } from './testing/fake-loki'

const folder = process.env.SLUICE_FIXTURES === undefined ? null : join(process.env.SLUICE_FIXTURES, 'flows/netobserv')
const isThere = folder !== null && existsSync(folder)
if (!isThere) process.stdout.write('NetObserv out of a recorded Loki: skipped without SLUICE_FIXTURES.\n')

const NO_ACCESS = { ca: null, cert: null, key: null, tokenFile: null, serverName: null }
const NS_PER_MS = 1_000_000n

describe.runIf(isThere)('a recorded answer of Loki', () => {
  test('holds the records that NetObserv wrote, and all of them arrive as flows', async () => {
    const { entries, unreadable } = readStreams(readFileSync(join(folder ?? '', 'flow_records.loki-response.json')), 'loki.test')
    const merged = readFileSync(join(folder ?? '', 'flow_records.merged.jsonl'), 'utf8')
      .trim()
      .split('\n')
    expect(unreadable).toBe(0)
    const sorted = (lines: readonly unknown[]) => lines.map((line) => JSON.stringify(Object.entries(Object(line)).sort())).sort()
    expect(sorted(entries.map(recordOf))).toEqual(sorted(merged.map((line) => JSON.parse(line))))

    const loki = await FakeLoki.start()
    try {
      for (const { labels, line, atNs } of entries) loki.entries.push({ labels: { ...labels }, line, atNs })
      const times = entries.map(({ atNs }) => Number(atNs / NS_PER_MS))
      let now = Math.min(...times) + 5_000
      const stopping = new AbortController()
      const source = createNetobservLokiSource({
        url: loki.url,
        access: NO_ACCESS,
        tenant: null,
        matchers: [],
        now: () => now,
        sleep: async () => {
          if (now > Math.max(...times) + 60_000) stopping.abort()
          now += 60_000
        },
      })
      const flows: unknown[] = []
      for await (const batch of source.batches(stopping.signal, () => {})) flows.push(...batch.flows)
      const decoded = merged.map((line) => decodeLine(line, 'netobserv', 0))
      expect(decoded.map(({ kind }) => kind)).toEqual(merged.map(() => 'flow'))
      expect(flows).toHaveLength(merged.length)
    } finally {
      loki.stop()
    }
  })
})
