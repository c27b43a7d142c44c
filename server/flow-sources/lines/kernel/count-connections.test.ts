import { describe, expect, test } from 'vitest'
import { aPipeline } from '@/lib/flows/testing/a-pipeline'
import { BatchBuilder } from '../../batch-builder'
import { decodeLine } from '../../decode-line'
import { LineMemory } from '../line-memory'

const START = Date.UTC(2026, 4, 4, 10)
const V4 = { client: '192.0.2.1', service: '198.51.100.7', backend: '192.0.2.20' }
const V6 = { client: '2001:db8::1', service: '2001:db8:ff::7', backend: '2001:db8::20' }

type Told = {
  readonly at: number
  readonly event: 'NEW' | 'UPDATE' | 'DESTROY'
  /** Of the kernel's entry; null without `-o id`. */
  readonly id: number | null
  /** The machine of the client sees the Service, that of the server the backend. */
  readonly sees?: 'service' | 'backend'
  readonly node?: string
}

/** Connections counted, and bytes, of what is told of one pair of ends. */
function counted(told: readonly Told[], { client, service, backend }: typeof V4) {
  const memory = new LineMemory()
  const builder = new BatchBuilder()
  for (const { at, event, id, sees = 'backend', node } of told) {
    const counters = event === 'DESTROY' ? ' packets=5 bytes=500' : ''
    const called = sees === 'service' ? `dst=${service} sport=41000 dport=80` : `dst=${backend} sport=41000 dport=8080`
    const text = `[${START / 1_000 + at}]\t[${event}] tcp 6 src=${client} ${called}${counters} src=${backend} dst=${client} sport=8080 dport=41000${counters}${id === null ? '' : ` id=${id}`}`
    builder.add(decodeLine(text, null, START, { memory, node: node ?? null }))
  }
  const pipeline = aPipeline()
  pipeline.accept('ct', builder.take(), START + 400_000)
  const edges = pipeline.window.edges(START - 60_000, START + 460_000)
  const counts = edges.flatMap(({ verdicts }) => Object.values(verdicts))
  return { count: counts.reduce((sum, each) => sum + each, 0), bytes: edges.reduce((sum, edge) => sum + (edge.bytes ?? 0), 0) }
}

const once: readonly (readonly [string, readonly Told[]])[] = [
  [
    'one machine',
    [
      { at: 0, event: 'NEW', id: 1 },
      { at: 5, event: 'DESTROY', id: 1 },
    ],
  ],
  [
    'two machines, named',
    [
      { at: 0, event: 'NEW', id: 1, sees: 'service', node: 'a' },
      { at: 0.001, event: 'NEW', id: 77, node: 'b' },
      { at: 5, event: 'DESTROY', id: 1, sees: 'service', node: 'a' },
      { at: 5.001, event: 'DESTROY', id: 77, node: 'b' },
    ],
  ],
  [
    'two machines that nobody named, without a Service',
    [
      { at: 0, event: 'NEW', id: 1 },
      { at: 0.001, event: 'NEW', id: 77 },
      { at: 5, event: 'DESTROY', id: 1 },
      { at: 40, event: 'DESTROY', id: 77 },
    ],
  ],
  [
    'two machines that tell of the end only',
    [
      { at: 5, event: 'DESTROY', id: 1, node: 'a', sees: 'service' },
      { at: 45, event: 'DESTROY', id: 77, node: 'b' },
    ],
  ],
  [
    'two machines without ids',
    [
      { at: 0, event: 'NEW', id: null, node: 'a' },
      { at: 0, event: 'NEW', id: null, node: 'b' },
      { at: 9, event: 'DESTROY', id: null, node: 'b' },
      { at: 9, event: 'DESTROY', id: null, node: 'a' },
    ],
  ],
  [
    'an end that is sent again',
    [
      { at: 0, event: 'NEW', id: 1 },
      { at: 5, event: 'DESTROY', id: 1 },
      { at: 5, event: 'DESTROY', id: 1 },
    ],
  ],
]

const twice: readonly (readonly [string, readonly Told[]])[] = [
  [
    'ten seconds later',
    [0, 10].flatMap((at, id): Told[] => [
      { at, event: 'NEW', id },
      { at: at + 2, event: 'DESTROY', id },
    ]),
  ],
  [
    'ten seconds later, without ids',
    [0, 10].flatMap((at): Told[] => [
      { at, event: 'NEW', id: null },
      { at: at + 2, event: 'DESTROY', id: null },
    ]),
  ],
  [
    'minutes later',
    [0, 200].flatMap((at, id): Told[] => [
      { at, event: 'NEW', id },
      { at: at + 2, event: 'DESTROY', id },
    ]),
  ],
  [
    'on one machine, while another has not dropped the first',
    [
      { at: 0, event: 'NEW', id: 1, node: 'a' },
      { at: 0, event: 'NEW', id: 77, node: 'b' },
      { at: 2, event: 'DESTROY', id: 1, node: 'a' },
      { at: 10, event: 'NEW', id: 2, node: 'a' },
      { at: 11, event: 'DESTROY', id: 77, node: 'b' },
      { at: 12, event: 'DESTROY', id: 2, node: 'a' },
    ],
  ],
  [
    'ends only, minutes apart',
    [
      { at: 5, event: 'DESTROY', id: 1 },
      { at: 205, event: 'DESTROY', id: 2 },
    ],
  ],
]

describe.each([
  ['IPv4', V4],
  ['IPv6', V6],
])('over %s', (_family, ends) => {
  test.each(once)('one connection is counted once, with its bytes: %s', (_name, told) => {
    expect(counted(told, ends)).toEqual({ count: 1, bytes: 1_000 })
  })

  test.each(twice)('another connection of the same ends and ports is another: %s', (_name, told) => {
    expect(counted(told, ends)).toEqual({ count: 2, bytes: 2_000 })
  })
})
