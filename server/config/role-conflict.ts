import type { ServerConfig, ServerWish } from '../config'

type Asked = Pick<ServerConfig, 'role' | 'store' | 'flows'> & { readonly cluster: { readonly kind: ServerWish['cluster']['kind'] } }

/** Why a role cannot go with the rest of what was asked for; null when it can. */
export function describeRoleConflict({ role, store, flows, cluster }: Asked): string | null {
  if (role === 'all') return null
  if (store.kind !== 'clickhouse') {
    const reason = store.kind === 'memory' ? 'memory is of one process' : 'an embedded store is of one process'
    return `${role} shares its store with other processes and ${reason}; add --store clickhouse:URL`
  }
  if (cluster.kind === 'demo' || cluster.kind === 'bundle')
    return `${role} does not go with --cluster ${cluster.kind}, which keeps nothing in a store`
  if (role === 'web' && flows.length > 0) return 'web has no flow sources: give --flows to the collectors'
  return null
}
