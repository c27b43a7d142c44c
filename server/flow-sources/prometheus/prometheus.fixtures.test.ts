import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { edgeText, Polled } from './testing/polled'
import { hasPrometheus, RealPrometheus } from './testing/real-prometheus'

const folder = process.env.SLUICE_FIXTURES === undefined ? null : join(process.env.SLUICE_FIXTURES, 'flows/linkerd')
const isThere = folder !== null && existsSync(folder) && hasPrometheus()
if (!isThere) process.stdout.write("Linkerd's metrics through Prometheus: skipped without SLUICE_FIXTURES or without Prometheus.\n")

describe.runIf(isThere)("a recorded scrape of Linkerd's proxy, through a real Prometheus", { timeout: 60_000 }, () => {
  test('is read as the edges that it holds', async () => {
    const text = readFileSync(join(folder ?? '', 'proxy-metrics.prom'), 'utf8')
    const server = await RealPrometheus.start({ namespace: 'shop', pod: 'web-1' })
    try {
      await server.scraped()
      const polled = new Polled(server.url)
      await polled.round()
      server.text = text
      await server.scraped()
      await polled.round()
      expect(polled.states.at(-1)).toEqual(['live', null])
      expect(polled.take().map(edgeText).sort()).toEqual(['unknown > web-1 30 forwarded', 'web-1 > opaque-pod 1 forwarded 12086 B'])
      await polled.stop()
    } finally {
      await server.stop()
    }
  })
})
