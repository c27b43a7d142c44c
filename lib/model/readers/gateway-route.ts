import type { GatewayRoute, RouteBackend } from '../cluster'
import type { FieldPath } from '../field-locator'
import type { Fields } from '../fields'
import type { ObjectMeta } from '../object'
import { readCondition } from './conditions'
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
    rules: spec.list('rules').map((rule, index) => readRule(rule, namespace, index)),
    status: document
      .object('status')
      .list('parents')
      .map((entry) => readStatus(entry, namespace, meta.generation)),
  }
}

function readRule(rule: Fields, namespace: string, index: number): GatewayRoute['rules'][number] {
  const at = ['spec', 'rules', index]
  const backends = rule.list('backendRefs')
  const mirrors = [
    ...readMirrors(rule, namespace, at),
    ...backends.flatMap((backend, i) => readMirrors(backend, namespace, [...at, 'backendRefs', i])),
  ]
  return {
    matches: rule.list('matches').map(formatMatch),
    backends: backends.map((backend, i) => readBackend(backend, namespace, [...at, 'backendRefs', i])),
    mirrors,
    answer: rule.list('filters').some((filter) => filter.string('type') === 'RequestRedirect') ? 'a redirect' : null,
  }
}

function readMirrors(holder: Fields, namespace: string, at: FieldPath): readonly RouteBackend[] {
  return holder.list('filters').flatMap((filter, index) => {
    const mirror = filter.object('requestMirror')
    if (!mirror.has('backendRef')) return []
    return [readBackend(mirror.object('backendRef'), namespace, [...at, 'filters', index, 'requestMirror', 'backendRef'])]
  })
}

function readBackend(backend: Fields, namespace: string, at: FieldPath): RouteBackend {
  return {
    group: backend.string('group') ?? '',
    kind: backend.string('kind') || 'Service',
    namespace: backend.string('namespace') || namespace,
    name: backend.string('name') ?? '',
    port: backend.port('port'),
    weight: backend.integer('weight', 0, 1_000_000) ?? 1,
    at,
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
  const { kind, namespace: parentNamespace, name, sectionName } = readParent(entry.object('parentRef'), namespace)
  return {
    parent: { kind, namespace: parentNamespace, name, sectionName },
    controller: entry.string('controllerName') ?? '',
    accepted: readCondition(conditions, 'Accepted', generation),
    resolvedRefs: readCondition(conditions, 'ResolvedRefs', generation),
  }
}
