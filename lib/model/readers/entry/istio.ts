import type {
  DestinationRule,
  IstioDestination,
  IstioGateway,
  IstioRoute,
  IstioSidecar,
  ServiceEntry,
  VirtualService,
  WorkloadEntry,
} from '../../entry/istio-objects'
import type { Fields } from '../../fields'
import type { ObjectMeta } from '../../object'
import { canonicalDnsName } from '../service'
import { baseOf } from './entry-base'

export function readIstioGateway(document: Fields, meta: ObjectMeta): IstioGateway {
  const spec = document.object('spec')
  return {
    ...baseOf('IstioGateway', meta),
    selector: spec.labels('selector'),
    servers: spec.list('servers').map((server) => {
      const port = server.object('port')
      const tls = server.object('tls')
      return {
        port: port.port('number'),
        name: port.string('name') || server.string('name') || null,
        protocol: (port.string('protocol') ?? '').toUpperCase(),
        hosts: server.strings('hosts').map(readGatewayHost),
        tlsMode: server.has('tls') ? tls.string('mode') || (tls.boolean('httpsRedirect') ? null : 'SIMPLE') : null,
        credential: tls.string('credentialName') || null,
      }
    }),
  }
}

function readGatewayHost(text: string): { readonly namespace: string; readonly host: string } {
  const slash = text.indexOf('/')
  return slash < 0
    ? { namespace: '*', host: canonicalDnsName(text) }
    : { namespace: text.slice(0, slash), host: canonicalDnsName(text.slice(slash + 1)) }
}

export function readVirtualService(document: Fields, meta: ObjectMeta): VirtualService {
  const spec = document.object('spec')
  const gateways = spec.strings('gateways')
  return {
    ...baseOf('VirtualService', meta),
    hosts: spec.strings('hosts').map(canonicalDnsName),
    gateways: gateways.length === 0 ? ['mesh'] : gateways,
    routes: (['http', 'tls', 'tcp'] as const).flatMap((protocol) =>
      spec.list(protocol).map((route, index) => readRoute(route, protocol, ['spec', protocol, index], meta.namespace ?? '')),
    ),
  }
}

function readRoute(route: Fields, protocol: IstioRoute['protocol'], path: IstioRoute['path'], namespace: string): IstioRoute {
  const delegate = route.object('delegate')
  const mirror = route.has('mirror') ? [readDestination(route.object('mirror'), 0, [...path, 'mirror'])] : []
  const mirrors = route
    .list('mirrors')
    .map((entry, index) => readDestination(entry.object('destination'), 0, [...path, 'mirrors', index, 'destination']))
  const targets = route.list('route')
  return {
    protocol,
    matches: route.list('match').map((match) => ({
      text: formatMatch(match),
      gateways: match.strings('gateways'),
      sniHosts: match.strings('sniHosts').map(canonicalDnsName),
      port: match.port('port'),
    })),
    destinations: targets.map((target, index) =>
      readDestination(
        target.object('destination'),
        target.integer('weight', 0, Number.MAX_SAFE_INTEGER) ?? (targets.length === 1 ? 1 : 0),
        [...path, 'route', index, 'destination'],
      ),
    ),
    mirrors: [...mirror, ...mirrors],
    answer: route.has('redirect') ? 'a redirect' : route.has('directResponse') ? 'a fixed answer' : null,
    delegate: route.has('delegate') ? { namespace: delegate.string('namespace') || namespace, name: delegate.string('name') ?? '' } : null,
    path,
  }
}

function readDestination(destination: Fields, weight: number, path: IstioDestination['path']): IstioDestination {
  return {
    host: canonicalDnsName(destination.string('host') ?? ''),
    subset: destination.string('subset') || null,
    port: destination.object('port').port('number'),
    weight,
    path,
  }
}

/** `/api*`, `=/exact`, `GET /x`, with the headers that it asks for. */
function formatMatch(match: Fields): string {
  const pieces: string[] = []
  const method = stringMatch(match, 'method')
  if (method !== null) pieces.push(method.replace(/^=/, ''))
  const uri = stringMatch(match, 'uri')
  if (uri !== null) pieces.push(uri)
  pieces.push(...match.strings('sniHosts'))
  if (match.has('headers'))
    pieces.push(
      ...match
        .object('headers')
        .keys()
        .map((name) => `header ${name}`),
    )
  return pieces.join(' ')
}

/** Istio's `exact`, `prefix` or `regex`. */
function stringMatch(match: Fields, key: string): string | null {
  if (!match.has(key)) return null
  const holder = match.object(key)
  const exact = holder.string('exact')
  if (exact !== null) return `=${exact}`
  const regex = holder.string('regex')
  return regex === null ? (holder.string('prefix') ?? null) : `~${regex}`
}

export function readDestinationRule(document: Fields, meta: ObjectMeta): DestinationRule {
  const spec = document.object('spec')
  return {
    ...baseOf('DestinationRule', meta),
    host: canonicalDnsName(spec.string('host') ?? ''),
    subsets: spec.list('subsets').map((subset) => ({ name: subset.string('name') ?? '', labels: subset.labels('labels') })),
    tlsMode: spec.object('trafficPolicy').object('tls').string('mode') || null,
    balancing: readBalancing(spec.object('trafficPolicy').object('loadBalancer')),
  }
}

const HASHED = ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'] as const

function readBalancing(balancer: Fields): DestinationRule['balancing'] {
  const name = balancer.string('simple')
  if (name) return { kind: 'simple', name }
  const hash = balancer.object('consistentHash')
  const key = HASHED.find((candidate) => hash.has(candidate))
  return key === undefined ? null : { kind: 'hash', key, header: key === 'httpHeaderName' ? hash.string(key) : null }
}

export function readServiceEntry(document: Fields, meta: ObjectMeta): ServiceEntry {
  const spec = document.object('spec')
  return {
    ...baseOf('ServiceEntry', meta),
    hosts: spec.strings('hosts').map(canonicalDnsName),
    addresses: spec.strings('addresses'),
    ports: spec.list('ports').flatMap((port) => {
      const number = port.port('number')
      return number === null
        ? []
        : [{ number, name: port.string('name') || null, protocol: (port.string('protocol') ?? 'TCP').toUpperCase() }]
    }),
    resolution: spec.string('resolution') || 'NONE',
    isInternal: spec.string('location') === 'MESH_INTERNAL',
    endpoints: spec.list('endpoints').flatMap((endpoint) => endpoint.string('address') || []),
    workloadSelector: spec.has('workloadSelector') ? spec.object('workloadSelector').labels('labels') : null,
  }
}

export function readIstioSidecar(document: Fields, meta: ObjectMeta): IstioSidecar {
  const spec = document.object('spec')
  return {
    ...baseOf('IstioSidecar', meta),
    workloadSelector: spec.has('workloadSelector') ? spec.object('workloadSelector').labels('labels') : null,
    egressHosts: spec.list('egress').flatMap((egress) => egress.strings('hosts')),
    outboundMode: spec.object('outboundTrafficPolicy').string('mode') || null,
  }
}

export function readWorkloadEntry(document: Fields, meta: ObjectMeta): WorkloadEntry {
  const spec = document.object('spec')
  return { ...baseOf('WorkloadEntry', meta), address: spec.string('address') || null, labels: spec.labels('labels') }
}
