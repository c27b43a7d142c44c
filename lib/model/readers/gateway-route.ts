import type { GatewayRoute } from '../cluster'
import type { Fields } from '../fields'
import type { ObjectMeta } from '../object'
import { canonicalDnsName } from './service'

export const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'] as const

export function readGatewayRoute(document: Fields, meta: ObjectMeta, kind: GatewayRoute['kind']): GatewayRoute {
  const namespace = meta.namespace ?? ''
  const spec = document.object('spec')
  return {
    meta,
    kind,
    namespace,
    name: meta.name,
    hostnames: spec.strings('hostnames').map(canonicalDnsName),
    parents: spec.list('parentRefs').map((parent) => readParent(parent, namespace)),
    rules: spec.list('rules').map((rule) => ({
      matches: rule.list('matches').map(formatMatch),
      backends: rule.list('backendRefs').map((backend) => ({
        kind: backend.string('kind') || 'Service',
        namespace: backend.string('namespace') || namespace,
        name: backend.string('name') ?? '',
        port: backend.port('port'),
        weight: backend.integer('weight', 0, 1_000_000) ?? 1,
      })),
    })),
    status: document
      .object('status')
      .list('parents')
      .map((entry) => readStatus(entry, namespace, meta.generation)),
  }
}

function readParent(parent: Fields, namespace: string): GatewayRoute['parents'][number] {
  return {
    kind: parent.string('kind') || 'Gateway',
    namespace: parent.string('namespace') || namespace,
    name: parent.string('name') ?? '',
    sectionName: parent.string('sectionName') || null,
    port: parent.port('port'),
  }
}

/** `/api`, `GET =/health`, `~/v[0-9]+`, `shop.Cart/Add`, each with its header conditions. */
function formatMatch(match: Fields): string {
  const pieces: string[] = []
  const verb = match.get('method')
  if (typeof verb === 'string') pieces.push(verb)
  else if (match.has('method')) {
    const method = match.object('method')
    pieces.push(`${method.string('service') ?? '*'}/${method.string('method') ?? '*'}`)
  }
  if (match.has('path')) {
    const path = match.object('path')
    const sign = { Exact: '=', PathPrefix: '', RegularExpression: '~' }[
      path.oneOf('type', ['Exact', 'PathPrefix', 'RegularExpression'], 'PathPrefix')
    ]
    pieces.push(`${sign}${path.string('value') ?? '/'}`)
  }
  for (const header of match.list('headers')) pieces.push(`${header.string('name') ?? ''}: ${header.string('value') ?? ''}`)
  for (const query of match.list('queryParams')) pieces.push(`?${query.string('name') ?? ''}=${query.string('value') ?? ''}`)
  return pieces.join(' ')
}

function readStatus(entry: Fields, namespace: string, generation: number | null): GatewayRoute['status'][number] {
  const conditions = entry.list('conditions')
  const condition = (type: string) => {
    const found = conditions.find((candidate) => candidate.string('type') === type)
    if (found === undefined) return null
    const observed = found.integer('observedGeneration', 0, Number.MAX_SAFE_INTEGER)
    if (generation !== null && observed !== null && observed < generation) return null
    return { ok: found.string('status') === 'True', reason: found.string('reason') ?? '' }
  }
  const { kind, namespace: parentNamespace, name, sectionName } = readParent(entry.object('parentRef'), namespace)
  return {
    parent: { kind, namespace: parentNamespace, name, sectionName },
    controller: entry.string('controllerName') ?? '',
    accepted: condition('Accepted'),
    resolvedRefs: condition('ResolvedRefs'),
  }
}
