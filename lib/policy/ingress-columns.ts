import type { ClassKinds } from './class-kinds'
import { type ConnectivityRow, idAt } from './connectivity-row'

/** What every ingress row says about one source, by number of the row. */
export type IngressColumn = { readonly allowed: Int32Array; readonly unknown: Int32Array }

/** The ingress rows turned over: by source instead of by destination. */
export class IngressColumns {
  private readonly rest: IngressColumn
  /** By kind, which rows list its class, and at which place. */
  private readonly starts: Int32Array
  private readonly listing: Int32Array
  private readonly places: Int32Array
  private readonly rows: readonly ConnectivityRow[]

  constructor({ ingressRows, all, kindAt }: ClassKinds) {
    this.rows = ingressRows
    this.rest = {
      allowed: Int32Array.from(ingressRows, (row) => row.rest.allowed),
      unknown: Int32Array.from(ingressRows, (row) => row.rest.unknown),
    }
    const counts = new Int32Array(all.length + 1)
    const forListed = (act: (row: number, place: number, kind: number) => void): void => {
      ingressRows.forEach(({ columns }, row) => {
        for (let place = 0; place < columns.length; place++) {
          const kind = kindAt[columns[place] as number] as number
          if (kind >= 0) act(row, place, kind)
        }
      })
    }
    let total = 0
    forListed((_row, _place, kind) => {
      counts[kind] = (counts[kind] as number) + 1
      total++
    })
    let start = 0
    this.starts = counts.map((count) => {
      start += count
      return start - count
    })
    this.listing = new Int32Array(total)
    this.places = new Int32Array(total)
    const next = this.starts.slice()
    forListed((row, place, kind) => {
      const at = next[kind] as number
      this.listing[at] = row
      this.places[at] = place
      next[kind] = at + 1
    })
  }

  at(kind: number): IngressColumn {
    const allowed = this.rest.allowed.slice()
    const unknown = this.rest.unknown.slice()
    const end = this.starts[kind + 1] as number
    for (let at = this.starts[kind] as number; at < end; at++) {
      const number = this.listing[at] as number
      const row = this.rows[number] as ConnectivityRow
      const place = this.places[at] as number
      allowed[number] = idAt(row.allowed, place)
      unknown[number] = idAt(row.unknown, place)
    }
    return { allowed, unknown }
  }
}
