import { encode } from '@msgpack/msgpack'
import { expect, test } from 'vitest'
import type { DecodedLine } from '../decoded-line'
import { FORWARD_LIMITS } from './forward-limits'
import { FrameReader } from './frame-reader'

const NOW = Date.UTC(2026, 4, 4, 10)

type Sent = { readonly connection: number; readonly tag: string; readonly line: string }

async function read(sent: readonly Sent[]): Promise<DecodedLine[]> {
  const reader = new FrameReader({ format: null, limits: FORWARD_LIMITS, now: () => NOW })
  const lines: DecodedLine[] = []
  for (const { connection, tag, line } of sent) {
    const bytes = Buffer.from(encode([tag, 1_777_888_800, { log: line }]))
    lines.push(...(await reader.read(bytes, 'msgpack', connection)).lines)
  }
  return lines
}

const cri = (mark: 'P' | 'F', text: string) => `2026-05-04T10:00:00Z stdout ${mark} ${text}`

test.each([
  ['192.0.2.1', '192.0.2.2', '198.51.100.1', '198.51.100.2'],
  ['2001:db8::1', '2001:db8::2', '2001:db8:1::1', '2001:db8:1::2'],
])('pieces of lines of different senders, or under different tags, are not joined (%s)', async (from, to, otherFrom, otherTo) => {
  const start = (source: string, destination: string) => cri('P', `Flow Info: Src IP: ${source} Src Port: 40000 Dest IP: ${destination} `)
  const end = cri('F', 'Dest Port: 80 Proto TCP Verdict DENY Direction egress')
  for (const [first, second] of [
    [
      { connection: 1, tag: 'app' },
      { connection: 2, tag: 'app' },
    ],
    [
      { connection: 1, tag: 'app.a' },
      { connection: 1, tag: 'app.b' },
    ],
  ] as const) {
    const lines = await read([
      { ...first, line: start(from, to) },
      { ...second, line: start(otherFrom, otherTo) },
      { ...first, line: end },
      { ...second, line: end },
    ])
    expect(lines.map(({ kind }) => kind)).toEqual(['ignored', 'ignored', 'flow', 'flow'])
    expect(lines.slice(2)).toMatchObject([
      { flow: { source: { ip: from }, destination: { ip: to } } },
      { flow: { source: { ip: otherFrom }, destination: { ip: otherTo } } },
    ])
  }
})

test('a piece under one tag does not spoil a whole line under another', async () => {
  const refused = JSON.stringify({ from: 'shop/web', to: 'shop/cart', port: 80, verdict: 'dropped' })
  const lines = await read([
    { connection: 1, tag: 'a', line: cri('P', 'half a ') },
    { connection: 1, tag: 'b', line: cri('F', refused) },
  ])
  expect(lines).toMatchObject([{ reason: 'partial-line' }, { kind: 'flow', flow: { verdict: 'dropped' } }])
})
