import { createHash } from 'node:crypto'
import type { FlowEndpoint } from '@/lib/flows/flow'
import { toBytes } from './json-lines'

/** An end of a flow as rows name it: all are JSON already. */
export type WrittenEnd = {
  readonly id: string
  readonly namespace: string
  readonly idBytes: Uint8Array
  readonly namespaceBytes: Uint8Array
}

const DAY_MS = 86_400_000
export const END_COLUMNS = [
  'cluster',
  'day',
  'id',
  'ref',
  'namespace',
  'workload',
  'pod',
  'service',
  'ip',
  'ip_group',
  'identity',
  'candidates',
]

type Known = WrittenEnd & { readonly row: string; day: number }

/**
 * Gives every distinct end of a flow an id made of what it is, and keeps what must be written about it: once a day, so
 * that it is kept as long as the flows that name it.
 */
export class EndBook {
  readonly #cluster: string
  readonly #limit: number
  readonly #byObject = new WeakMap<FlowEndpoint, Known>()
  /** Ids that are written, or wait for it, with their day. */
  #days = new Map<string, number>()
  #pending: string[] = []

  /** @param limit distinct ends remembered as written; when there are more, some are written twice. */
  constructor(cluster: string, limit: number) {
    this.#cluster = JSON.stringify(cluster)
    this.#limit = limit
  }

  /** Rows that must be written before the flows that name them. */
  get pending(): number {
    return this.#pending.length
  }

  write(end: FlowEndpoint, now: number): WrittenEnd {
    const day = Math.floor(now / DAY_MS)
    let known = this.#byObject.get(end)
    if (known === undefined) {
      known = describe(end)
      this.#byObject.set(end, known)
    }
    if (known.day !== day) {
      known.day = day
      if (this.#days.get(known.id) !== day) {
        if (this.#days.size >= this.#limit) this.#days = new Map()
        this.#days.set(known.id, day)
        this.#pending.push(`[${this.#cluster},${day},${known.id},${known.row}]\n`)
      }
    }
    return known
  }

  /** The rows that wait, which are written now. */
  take(): readonly string[] {
    const pending = this.#pending
    this.#pending = []
    return pending
  }
}

function describe({ ref, namespace, workload, pod, service, ip, group, identity, candidates }: FlowEndpoint): Known {
  const row = JSON.stringify([
    ref,
    namespace ?? '',
    workload ?? '',
    pod ?? '',
    service ?? '',
    ip ?? '',
    group ?? '',
    identity,
    candidates,
  ]).slice(1, -1)
  const id = createHash('sha1').update(row).digest().readBigUInt64BE().toString()
  const name = JSON.stringify(namespace ?? '')
  return { id, namespace: name, idBytes: toBytes(id), namespaceBytes: toBytes(name), row, day: -1 }
}
