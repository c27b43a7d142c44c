import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { WHOLE_CLUSTER } from '@/lib/graph/view'
import { fixturesDir } from '@/testing/fixtures'
import { SYSTEM_CLOCK } from './clock'
import { DEFAULT_CONFIG } from './config'
import { Runtime } from './running'

const dir = fixturesDir()
const folder = dir === null ? null : join(dir, 'flows', 'hubble', 'no-licence')
const NOW = Date.UTC(2026, 10, 22)
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A server over a cluster of one namespace and a file of flows, once it has read `records` of them. */
async function serverOver(file: string, records: number): Promise<Runtime> {
  const place = await mkdtemp(join(tmpdir(), 'sluice-server-'))
  stops.push(() => rm(place, { recursive: true, force: true }))
  await writeFile(join(place, 'cluster.yaml'), 'apiVersion: v1\nkind: Namespace\nmetadata: {name: net-lab}\n')
  const path = join(place, 'flows.jsonl')
  await writeFile(path, await readFile(join(folder ?? '', file)))
  const cluster = { kind: 'manifests' as const, path: join(place, 'cluster.yaml') }
  const running = new Runtime(
    { ...DEFAULT_CONFIG, cluster, flows: [{ kind: 'file', format: null, path }] },
    { ...SYSTEM_CLOCK, now: () => NOW },
  )
  stops.push(() => running.stop())
  await running.start()
  const received = () => running.pipeline.ledger.entries().reduce((sum, entry) => sum + entry.received, 0)
  while (received() < records) await new Promise((resolve) => setTimeout(resolve, 10))
  return running
}

describe.skipIf(folder === null)('a file of Hubble flows on the map', () => {
  test('refused connections are denied edges, with the policy where the record names one', async () => {
    const running = await serverOver('public-quotes.jsonl', 8)
    const { edges } = running.graph.topology({ ...WHOLE_CLUSTER, level: 'pod' })
    const denied = edges.filter((edge) => edge.state === 'denied-tried')
    expect(denied.map((edge) => edge.verdicts.dropped)).toEqual([1, 1])
    expect(denied.flatMap((edge) => edge.policies)).toEqual([
      { policy: 'CiliumNetworkPolicy:net-lab/deny-tg-to-echo', rule: null, confidence: 'stated' },
    ])
  })

  test('a recording says beside its source that its times are of the past', async () => {
    const running = await serverOver('drop-twin-cilium-1.20.jsonl', 2)
    const [source] = running.summary().sources
    expect(source?.lost).toBe(0)
    expect(running.pipeline.clockNotes(source?.name ?? '')).toMatchObject({ old: 1 })
  })
})
