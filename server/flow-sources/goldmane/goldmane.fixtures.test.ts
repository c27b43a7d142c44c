import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ObservedFlow } from '@/lib/flows/flow'
import { fixturesDir } from '@/testing/fixtures'
import { decodeLine } from '../decode-line'
import { createGoldmaneSource } from './goldmane-source'
import { GoldmaneServer, type RowJson } from './testing/goldmane-server'

const dir = fixturesDir()

describe.skipIf(dir === null)('recordings of the real Goldmane', () => {
  const folder = join(dir ?? '', 'flows', 'goldmane')
  const stream = () => readFileSync(join(folder, 'stream.recorded.jsonl'), 'utf8').trimEnd().split('\n')

  const expected = [
    ['forwarded', 'ingress', 'start', 'NetworkPolicy:shop/allow-frontend'],
    ['forwarded', 'egress', 'later', 'Profile:kns.shop'],
    ['dropped', 'ingress', 'start', 'NetworkPolicy:shop/db-only-backend'],
    ['dropped', 'egress', 'start', 'GlobalNetworkPolicy:deny-internet'],
    ['audit', 'ingress', 'start', 'StagedKubernetesNetworkPolicy:shop/lockdown'],
  ]
  const summary = ({ verdict, direction, phase, policies }: ObservedFlow) => [verdict, direction, phase, policies[0]?.policy]

  test('its stream, line by line', () => {
    const lines = stream().map((line) => decodeLine(line, null, 0))
    expect(lines.map((line) => (line.kind === 'flow' ? summary(line.flow) : line))).toEqual(expected)
  })

  test.each([false, true])('its rows over gRPC, by stream or (%s) by list', async (isListed) => {
    const list = JSON.parse(readFileSync(join(folder, 'list.recorded.json'), 'utf8')) as { readonly flows: readonly RowJson[] }
    const server = new GoldmaneServer()
    const port = await server.start()
    server.refusesStreams = isListed
    server.push(...(isListed ? list.flows : stream().map((line) => JSON.parse(line) as RowJson)))
    const controller = new AbortController()
    const flows: ObservedFlow[] = []
    const now = () => 1_795_362_300_000
    const source = createGoldmaneSource({ target: { host: '127.0.0.1', port, tls: null }, now, random: () => 0 })
    for await (const batch of source.batches(controller.signal, () => undefined)) {
      flows.push(...batch.flows)
      expect(batch.rejected.size).toBe(0)
      if (flows.length >= 5) break
    }
    server.stop()
    expect(flows.map(summary).sort()).toEqual([...expected].sort())
  })

  test('keys of Felix’s own tests', () => {
    const list = JSON.parse(readFileSync(join(folder, 'flow-keys-from-felix-fv.transcribed.json'), 'utf8')) as { readonly flows: unknown[] }
    const lines = list.flows.map((row) => decodeLine(JSON.stringify(row), null, 7_000))
    // They state no times.
    const timed = { kind: 'flow', isTimed: false }
    expect(lines).toMatchObject([
      { ...timed, flow: { time: 7_000, verdict: 'dropped', direction: 'ingress', phase: 'start', count: 12, port: 8055, bytes: 0 } },
      { ...timed, flow: { verdict: 'forwarded', direction: 'egress', phase: 'later', destination: { entity: 'host' } } },
      { ...timed, flow: { verdict: 'forwarded', direction: 'egress', phase: 'start', count: 3, destination: { entity: 'unknown' } } },
    ])
    expect(lines.map((line) => (line.kind === 'flow' ? line.flow.policies.map(({ policy }) => policy) : null))).toEqual([
      ['NetworkPolicy:default/default.np-1'],
      ['Profile:default'],
      [],
    ])
  })
})
