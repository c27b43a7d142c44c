import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type WatchLine, WatchLines } from './watch-lines'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function cut(text: string, places: readonly number[], limit?: number): { readonly lines: readonly WatchLine[]; readonly pending: number } {
  const all = bytes(text)
  const ends = [...new Set([...places.map((place) => place % (all.length + 1)), all.length])].sort((a, b) => a - b)
  const lines = new WatchLines(limit)
  const found: WatchLine[] = []
  let start = 0
  for (const end of ends) {
    // The same memory again and again, as sockets have it.
    const chunk = all.slice(start, end)
    for (const line of lines.push(chunk)) found.push(line)
    chunk.fill(0)
    start = end
  }
  return { lines: found, pending: lines.pending }
}

test('lines are the same wherever the bytes are cut, and only byte 10 ends one', () => {
  const line = fc.stringMatching(/^[a-zä☃\u2028\u2029\u0085\r"{} ]{0,12}$/u)
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), line, fc.array(fc.nat(), { maxLength: 10 }), (whole, rest, places) => {
      const { lines, pending } = cut(`${whole.map((text) => `${text}\n`).join('')}${rest}`, places)
      expect(lines).toEqual(whole.filter((text) => text !== '').map((text) => ({ kind: 'line', text })))
      expect(pending).toBe(bytes(rest).length)
    }),
  )
})

test('a line that is too long is told by its start, and costs only itself', () => {
  fc.assert(
    fc.property(fc.integer({ min: 11, max: 12_000 }), fc.array(fc.nat(), { maxLength: 10 }), (length, places) => {
      const { lines } = cut(`short\n${'x'.repeat(length)}\nlast\n`, places, 10)
      expect(lines[0]).toEqual({ kind: 'line', text: 'short' })
      expect(lines[1]?.kind).toBe('too-long')
      if (lines[1]?.kind === 'too-long') expect('x'.repeat(4_096).startsWith(lines[1].start)).toBe(true)
      if (lines[1]?.kind === 'too-long') expect(lines[1].start.length).toBeGreaterThan(0)
      expect(lines[2]).toEqual({ kind: 'line', text: 'last' })
    }),
  )
})
