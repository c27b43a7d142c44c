/** What people read instead of the two ranges that hold every address outside. */
export const ANYWHERE = 'anywhere outside'

const EVERY_IPV4 = 'ip:0.0.0.0-255.255.255.255'
const EVERY_IPV6 = 'ip:::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'

type Pair = { readonly src: string; readonly dst: string }

/**
 * Rows for people: where every IPv4 and every IPv6 address outside has the same, one row says so. Rows that belong
 * together follow each other, as the engine gives them; `areAlike` compares all but the ends.
 */
export function* joinOutside<Row extends Pair>(rows: Iterable<Row>, areAlike: (a: Row, b: Row) => boolean): Iterable<Row> {
  let waiting: Row | null = null
  for (const row of rows) {
    if (waiting !== null) {
      const joined: Row | null = areAlike(waiting, row) ? join(waiting, row) : null
      yield joined ?? waiting
      waiting = null
      if (joined !== null) continue
    }
    if (row.src === EVERY_IPV4 || row.dst === EVERY_IPV4) waiting = row
    else yield row
  }
  if (waiting !== null) yield waiting
}

function join<Row extends Pair>(first: Row, second: Row): Row | null {
  if (first.src === EVERY_IPV4 && second.src === EVERY_IPV6 && first.dst === second.dst) return { ...first, src: ANYWHERE }
  if (first.dst === EVERY_IPV4 && second.dst === EVERY_IPV6 && first.src === second.src) return { ...first, dst: ANYWHERE }
  return null
}

/** True for the name of addresses outside, joined or not. */
export function isOutsideName(end: string): boolean {
  return end.startsWith('ip:') || end === ANYWHERE
}
