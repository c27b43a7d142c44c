import type { Cluster, GatewayRoute } from '../../model/cluster'
import { Fields } from '../../model/fields'
import { type PolicyRef, policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import type { InputProblem } from '../../model/problem'
import { documentOf } from '../../model/raw-object'
import { readGatewayRoute } from '../../model/readers/gateway-route'
import type { LinkerdAuthorization } from './linkerd-authorization'
import type { LinkerdServer } from './linkerd-server'

/** Requests of a Server that authorizations can be given for apart from the rest. */
export type LinkerdRoute = {
  readonly ref: PolicyRef
  readonly group: string
  readonly kind: 'HTTPRoute' | 'GRPCRoute'
  readonly namespace: string
  readonly name: string
  /** Names of the Servers that it belongs to, in its namespace. */
  readonly servers: readonly string[]
  /** Whether every request matches it. */
  readonly isForAll: boolean
  /** As people write them; empty for all requests. */
  readonly matches: readonly string[]
  readonly ruleCount: number
  /** null for a Gateway API object, which is no policy of its own. */
  readonly raw: RawObject | null
  readonly isUnderstood: boolean
  /** False for what stands for routes that could not be read. */
  readonly isRead: boolean
  readonly problems: readonly InputProblem[]
}

/** The routes of both groups that have a Server as parent. */
export function linkerdRoutes(cluster: Cluster): readonly LinkerdRoute[] {
  const gateway = cluster.routes.map((route) => routeOf(route, 'gateway.networking.k8s.io', null, []))
  const own = cluster.policies.flatMap((raw) => {
    const { kind, apiVersion } = raw.meta
    if (!apiVersion.startsWith('policy.linkerd.io/') || (kind !== 'HTTPRoute' && kind !== 'GRPCRoute')) return []
    const problems: InputProblem[] = []
    const route = readGatewayRoute(new Fields(raw.body, documentOf(raw), (problem) => problems.push(problem)), raw.meta, kind)
    return [routeOf(route, 'policy.linkerd.io', raw, problems)]
  })
  return [...gateway, ...own].flatMap((route) => route ?? [])
}

function routeOf(route: GatewayRoute, group: string, raw: RawObject | null, problems: readonly InputProblem[]): LinkerdRoute | null {
  const { kind, namespace, name, parents, rules, hostnames, status } = route
  if (kind !== 'HTTPRoute' && kind !== 'GRPCRoute') return null
  const refused = new Set(status.flatMap(({ parent, accepted }) => (parent.kind === 'Server' && accepted?.ok === false ? parent.name : [])))
  const servers = parents
    .filter((parent) => parent.kind === 'Server' && parent.namespace === namespace && !refused.has(parent.name))
    .map((parent) => parent.name)
  if (servers.length === 0) return null
  const isForAll = hostnames.length === 0 && rules.some(({ matches }) => matches.length === 0 || matches.some(isEveryRequest))
  return {
    ref: policyRef(kind, namespace, name),
    ...{ group, kind, namespace, name, servers, raw, problems, isForAll },
    matches: [...hostnames.map((host) => `host ${host}`), ...rules.flatMap(({ matches }) => matches)],
    ruleCount: rules.length,
    isUnderstood: problems.every(({ severity }) => severity !== 'error'),
    isRead: true,
  }
}

function isEveryRequest(match: string): boolean {
  return match === '' || match === '/' || match === '*/*'
}

export function isRouteOf(route: LinkerdRoute, server: LinkerdServer): boolean {
  return route.namespace === server.namespace && route.servers.includes(server.name)
}

export function isForRoute({ namespace, target }: LinkerdAuthorization, route: LinkerdRoute): boolean {
  return (
    namespace === route.namespace &&
    target.kind === 'route' &&
    target.group === route.group &&
    target.routeKind === route.kind &&
    target.name === route.name
  )
}

/** What stands for routes of a Server that could not be read. */
export function routeNotRead(kind: LinkerdRoute['kind']): LinkerdRoute {
  const name = '(not read)'
  return {
    ref: policyRef(kind, null, name),
    ...{ group: '', kind, namespace: '', name, servers: [], raw: null, problems: [], isForAll: false, matches: [], ruleCount: 0 },
    ...{ isUnderstood: false, isRead: false },
  }
}
