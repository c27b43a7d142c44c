import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ObservedFlow } from '@/lib/flows/flow'
import { createGoldmaneSource } from './goldmane-source'
import { GoldmaneServer } from './testing/goldmane-server'

const BUCKET = 1_777_888_800

function row(id: number, start: number, key: object = {}, more: object = {}) {
  const Key = {
    source_name: 'web-7c78889d59-*',
    source_namespace: 'shop',
    source_type: 'WorkloadEndpoint',
    dest_name: 'cart-0',
    dest_namespace: 'shop',
    dest_type: 'WorkloadEndpoint',
    dest_port: 8080,
    dest_service_name: 'cart',
    dest_service_namespace: 'shop',
    proto: 'tcp',
    reporter: 'Dst',
    action: 'Allow',
    policies: {
      enforced_policies: [{ kind: 'NetworkPolicy', namespace: 'shop', name: 'cart', tier: 'default', action: 'Allow', rule_index: 1 }],
    },
    ...key,
  }
  return { id, flow: { Key, start_time: start, end_time: start + 15, num_connections_started: 3, bytes_in: 100, bytes_out: 20, ...more } }
}

const distinct = (flows: readonly ObservedFlow[]) => new Set(flows.map(({ uuid }) => uuid)).size

describe('flows of Goldmane', () => {
  let server: GoldmaneServer
  let port = 0
  const stopped: AbortController[] = []

  beforeEach(async () => {
    server = new GoldmaneServer()
    port = await server.start()
  })
  afterEach(() => {
    for (const controller of stopped.splice(0)) controller.abort()
    server.stop()
  })

  /** Reads until `isEnough`; what the source said of itself comes along. */
  async function read(isEnough: (flows: readonly ObservedFlow[]) => boolean) {
    const controller = new AbortController()
    stopped.push(controller)
    const states: string[] = []
    const flows: ObservedFlow[] = []
    const source = createGoldmaneSource({
      target: { host: '127.0.0.1', port, tls: null },
      now: () => (BUCKET + 60) * 1_000,
      random: () => 0,
    })
    const report = (state: string, message: string | null) => states.push(message === null ? state : `${state}: ${message}`)
    for await (const batch of source.batches(controller.signal, report)) {
      flows.push(...batch.flows)
      if (isEnough(flows)) break
    }
    return { flows, states }
  }

  test('a row is its connections, with the policy that decided', async () => {
    server.push(row(1, BUCKET))
    const { flows, states } = await read((all) => all.length === 1)
    expect(states).toEqual(['connecting', 'live'])
    expect(server.requests).toEqual([{ method: 'Stream', since: BUCKET + 60 - 3_600 }])
    expect(flows).toMatchObject([
      {
        time: (BUCKET + 15) * 1_000,
        source: { namespace: 'shop', workload: { name: 'web-7c78889d59-*', kind: null } },
        destination: { namespace: 'shop', pod: 'cart-0', service: { namespace: 'shop', name: 'cart' } },
        protocol: 'TCP',
        port: 8080,
        verdict: 'forwarded',
        direction: 'ingress',
        policies: [{ policy: 'NetworkPolicy:shop/cart', rule: 'ingress[1]', confidence: 'stated' }],
        count: 3,
        bytes: 120,
        phase: 'start',
      },
    ])
  })

  test('rows of a time that came already are told from new ones after a lost stream', async () => {
    server.push(row(1, BUCKET), row(1, BUCKET + 15))
    let isCut = false
    const { flows, states } = await read((all) => {
      if (!isCut) {
        isCut = true
        server.endStreams()
        server.push(row(9, BUCKET + 30))
      }
      return distinct(all) === 3
    })
    expect(states).toContain(`failed: goldmane 127.0.0.1:${port}: the server ended the stream; connecting again`)
    // Another id for the same key and bucket is the same row.
    expect(distinct(flows)).toBe(3)
    expect(server.requests.at(-1)).toEqual({ method: 'Stream', since: BUCKET + 30 - 60 })
  })

  test('a server that has no stream to give is asked for lists', async () => {
    server.refusesStreams = true
    server.push(...Array.from({ length: 1_500 }, (_, index) => row(index, BUCKET, { dest_port: index + 1 })))
    const { flows, states } = await read((all) => all.length >= 1_500)
    expect(flows).toHaveLength(1_500)
    expect(states.find((state) => state.startsWith('failed'))).toMatch(/RESOURCE_EXHAUSTED: too many streams/)
    expect(server.requests.map(({ method }) => method)).toEqual(['Stream', 'List', 'List'])
  })

  test('a server that comes back is followed again', async () => {
    server.push(row(1, BUCKET))
    let isGone = false
    const { flows } = await read((all) => {
      if (!isGone) {
        isGone = true
        server.stop()
        server.rows.push(row(2, BUCKET + 15))
        void server.start(port)
      }
      return distinct(all) === 2
    })
    expect(distinct(flows)).toBe(2)
  })
})
