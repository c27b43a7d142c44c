import type { TrueConnection } from './truth'

export type Reporter = 'source' | 'destination'

/** What one side saw of all connections of a kind in one interval. */
export type Summary = {
  readonly first: TrueConnection
  readonly reporter: Reporter
  readonly action: 'allow' | 'deny'
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly end: number
  started: number
  /** Connections that were open before. */
  live: number
}

/** Allowed connections stay open for up to three intervals. */
const OPEN_INTERVALS = 3

/**
 * Sums connections up as Calico does: by workloads, port, side and action, per interval. The server's side refuses and the
 * client's side lets through, unless the destination is outside and reports nothing.
 */
export function aggregate(truth: readonly TrueConnection[], intervalMs: number): readonly Summary[] {
  const summaries = new Map<string, Summary>()

  function see(connection: TrueConnection, reporter: Reporter, action: Summary['action'], interval: number, isNew: boolean): void {
    const { client, server, port } = connection
    const to = typeof server === 'string' ? 'outside' : `${server.namespace}/${server.workload}`
    const key = `${client.namespace}/${client.workload} ${to} ${port} ${reporter} ${action} ${interval}`
    const start = interval * intervalMs
    const known = summaries.get(key) ?? { first: connection, reporter, action, start, end: start + intervalMs, started: 0, live: 0 }
    summaries.set(key, known)
    if (isNew) known.started++
    else known.live++
  }

  for (const connection of truth) {
    const interval = Math.floor(connection.at / intervalMs)
    const isOutside = typeof connection.server === 'string'
    const open = connection.isAllowed ? 1 + (connection.id % OPEN_INTERVALS) : 1
    for (let more = 0; more < open; more++) {
      see(connection, 'source', connection.isAllowed || !isOutside ? 'allow' : 'deny', interval + more, more === 0)
      if (!isOutside) see(connection, 'destination', connection.isAllowed ? 'allow' : 'deny', interval + more, more === 0)
    }
  }
  return [...summaries.values()]
}
