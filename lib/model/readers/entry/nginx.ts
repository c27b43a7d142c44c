import type { NginxRoute, NginxStatus, NginxUpstream, TransportServer, VirtualServer, VirtualServerRoute } from '../../entry/nginx-objects'
import type { Fields } from '../../fields'
import type { ObjectMeta } from '../../object'
import { canonicalDnsName } from '../service'
import { baseOf } from './entry-base'

export function readVirtualServer(document: Fields, meta: ObjectMeta): VirtualServer {
  const spec = document.object('spec')
  return {
    ...baseOf('VirtualServer', meta),
    host: readHost(spec),
    className: spec.string('ingressClassName') || null,
    tlsSecret: spec.object('tls').string('secret') || null,
    hasTls: spec.has('tls'),
    upstreams: readUpstreams(spec),
    routes: readRoutes(spec, 'routes'),
    status: readStatus(document),
  }
}

export function readVirtualServerRoute(document: Fields, meta: ObjectMeta): VirtualServerRoute {
  const spec = document.object('spec')
  return {
    ...baseOf('VirtualServerRoute', meta),
    host: readHost(spec),
    upstreams: readUpstreams(spec),
    routes: readRoutes(spec, 'subroutes'),
  }
}

export function readTransportServer(document: Fields, meta: ObjectMeta): TransportServer {
  const spec = document.object('spec')
  const listener = spec.object('listener')
  return {
    ...baseOf('TransportServer', meta),
    host: readHost(spec),
    className: spec.string('ingressClassName') || null,
    listener: { name: listener.string('name') ?? '', protocol: listener.string('protocol') ?? '' },
    upstreams: readUpstreams(spec),
    pass: spec.object('action').string('pass') || null,
    status: readStatus(document),
  }
}

function readHost(spec: Fields): string | null {
  const host = spec.string('host')
  return host ? canonicalDnsName(host) : null
}

function readUpstreams(spec: Fields): readonly NginxUpstream[] {
  return spec.list('upstreams').map((upstream) => ({
    name: upstream.string('name') ?? '',
    service: upstream.string('service') ?? '',
    port: upstream.port('port'),
    backup: upstream.string('backup') || null,
    backupPort: upstream.port('backupPort'),
  }))
}

function readRoutes(spec: Fields, key: string): readonly NginxRoute[] {
  return spec.list(key).map((route, index) => {
    const at = ['spec', key, index]
    const matches = route.list('matches').flatMap((match, i) => readActions(match, [...at, 'matches', i], conditionOf(match)))
    return {
      path: route.string('path') ?? '',
      delegate: route.string('route') || null,
      actions: [...matches, ...readActions(route, at, '')],
    }
  })
}

function readActions(holder: Fields, at: readonly (string | number)[], condition: string): NginxRoute['actions'] {
  const splits = holder.list('splits').map((split, index) => ({
    ...readAction(split.object('action')),
    weight: split.integer('weight', 0, 100) ?? 0,
    condition,
    path: [...at, 'splits', index, 'action'],
  }))
  if (splits.length > 0) return splits
  return holder.has('action') ? [{ ...readAction(holder.object('action')), weight: null, condition, path: [...at, 'action'] }] : []
}

function readAction(action: Fields): { readonly upstream: string | null; readonly answer: string | null } {
  if (action.has('proxy')) return { upstream: action.object('proxy').string('upstream') || null, answer: null }
  if (action.has('redirect')) return { upstream: null, answer: `redirects to ${action.object('redirect').string('url') ?? ''}` }
  if (action.has('return')) return { upstream: null, answer: 'a fixed answer' }
  return { upstream: action.string('pass') || null, answer: null }
}

function conditionOf(match: Fields): string {
  const names = match
    .list('conditions')
    .map((condition) => ['header', 'cookie', 'argument', 'variable'].flatMap((key) => condition.string(key) ?? []).join(' '))
  return names.filter((name) => name !== '').join(', ')
}

function readStatus(document: Fields): NginxStatus | null {
  if (!document.has('status')) return null
  const status = document.object('status')
  const state = status.string('state')
  return state
    ? {
        state,
        message: (status.string('message') ?? '').slice(0, 300),
        addresses: status.list('externalEndpoints').flatMap((endpoint) => endpoint.string('ip') || endpoint.string('hostname') || []),
      }
    : null
}
