import type { Conns, ExpectedRow } from '@/lib/policy/testing/policy-case'

/**
 * Rows as one entry for each pair, outside ranges cut into pieces at every bound of both lists, so that two lists are
 * equal when they mean the same. Written for the tests only, in plain numbers.
 */
export function comparableRows<Value>(
  rows: readonly { readonly src: string; readonly dst: string; readonly value: Value }[],
  bounds: readonly number[],
): ReadonlyMap<string, Value> {
  const cells = new Map<string, Value>()
  for (const { src, dst, value } of rows) {
    const from = rangeOf(src)
    const to = rangeOf(dst)
    const range = from ?? to
    if (range === null) {
      cells.set(`${src} -> ${dst}`, value)
      continue
    }
    for (const start of bounds) {
      if (start < range[0] || start > range[1]) continue
      cells.set(from === null ? `${src} -> ${start}` : `${start} -> ${dst}`, value)
    }
  }
  return cells
}

/** First addresses of the pieces between all bounds. */
export function boundsOf(rows: readonly { readonly src: string; readonly dst: string }[]): readonly number[] {
  const bounds = new Set<number>()
  for (const { src, dst } of rows) {
    for (const range of [rangeOf(src), rangeOf(dst)]) if (range !== null) bounds.add(range[0]).add(range[1] + 1)
  }
  return [...bounds].sort((a, b) => a - b)
}

/** Both connectivity lists in comparable form; rows of IPv6 are left out because the cases have none. */
export function comparableConnections(
  found: readonly ExpectedRow[],
  expected: readonly ExpectedRow[],
): readonly [ReadonlyMap<string, Conns>, ReadonlyMap<string, Conns>] {
  const ipv4 = found.filter(({ src, dst }) => !isIpv6(src) && !isIpv6(dst))
  const bounds = boundsOf([...ipv4, ...expected])
  const comparable = (rows: readonly ExpectedRow[]) =>
    comparableRows(
      rows.map(({ src, dst, conns }) => ({ src, dst, value: conns })),
      bounds,
    )
  return [comparable(ipv4), comparable(expected)]
}

export function isIpv6(end: string): boolean {
  return end.startsWith('ip:') && end.slice(3).includes(':')
}

/** Numbers of an IPv4 address or range, with or without `ip:`; null for anything else. */
function rangeOf(end: string): readonly [number, number] | null {
  const [first = '', last = first] = (end.startsWith('ip:') ? end.slice(3) : end).split('-')
  const from = numberOf(first)
  const to = numberOf(last)
  return from === null || to === null ? null : [from, to]
}

function numberOf(text: string): number | null {
  const octets = text.split('.')
  return octets.length === 4 && octets.every((octet) => /^\d+$/.test(octet))
    ? octets.reduce((sum, octet) => sum * 256 + Number(octet), 0)
    : null
}
