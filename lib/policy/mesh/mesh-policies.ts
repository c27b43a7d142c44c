import type { Pod } from '../../model/cluster'
import type { RawObject } from '../../model/object'
import type { MeshName } from '../../platform/mesh/membership'
import type { PolicyInfo } from '../policy-info'
import type { IstioMesh } from './istio-mesh'
import { isForServer } from './linkerd-authorization'
import type { LinkerdMesh } from './linkerd-mesh'
import { isForRoute, isRouteOf } from './linkerd-route'
import { selectsPod } from './linkerd-server'

/** A mesh policy as lists show it. */
export type MeshPolicy = Pick<PolicyInfo, 'isolates' | 'enforcement'> & {
  readonly raw: RawObject
  readonly mesh: MeshName
  readonly ruleCount: number
  /** Whether it is for a pod, if that is a member. */
  selects(pod: Pod): boolean
}

/** Every object that says something of connections, by the object itself. */
export function meshPolicies(istio: IstioMesh, linkerd: LinkerdMesh): ReadonlyMap<RawObject, MeshPolicy> {
  const all: MeshPolicy[] = []
  for (const policy of istio.policies) {
    const { raw, action, rules, isDryRun, isUnderstood } = policy
    all.push({
      ...{ raw, mesh: 'istio', ruleCount: rules.length },
      isolates: action === 'ALLOW' ? ['ingress'] : [],
      enforcement: isDryRun ? 'staged' : readOr(isUnderstood),
      selects: (pod) => istio.applies(policy, pod) || istio.appliesOnTheWay(policy, pod),
    })
  }
  for (const authentication of istio.authentications) {
    all.push({
      ...{ raw: authentication.raw, mesh: 'istio', ruleCount: 0, isolates: [] },
      enforcement: readOr(authentication.isUnderstood),
      selects: (pod) => istio.isAuthenticatedBy(authentication, pod),
    })
  }
  for (const server of linkerd.servers) {
    all.push({
      ...{ raw: server.raw, mesh: 'linkerd', ruleCount: linkerd.authorizations.filter((one) => isForServer(one, server)).length },
      isolates: server.accessPolicy === 'all-unauthenticated' || server.accessPolicy === 'audit' ? [] : ['ingress'],
      enforcement: readOr(server.isUnderstood),
      selects: (pod) => selectsPod(server, pod),
    })
  }
  const routesOf = new Map(linkerd.servers.map((server) => [server, linkerd.routes.filter((route) => isRouteOf(route, server))]))
  for (const authorization of linkerd.authorizations) {
    const servers = linkerd.servers.filter(
      (server) => isForServer(authorization, server) || routesOf.get(server)?.some((route) => isForRoute(authorization, route)),
    )
    all.push({
      ...{ raw: authorization.raw, mesh: 'linkerd', ruleCount: 1, isolates: [] },
      enforcement: readOr(authorization.isUnderstood),
      selects: (pod) => servers.some((server) => selectsPod(server, pod)),
    })
  }
  for (const route of linkerd.routes) {
    if (route.raw === null) continue
    const servers = linkerd.servers.filter((server) => isRouteOf(route, server))
    all.push({
      ...{ raw: route.raw, mesh: 'linkerd', ruleCount: route.ruleCount, isolates: [] },
      enforcement: readOr(route.isUnderstood),
      selects: (pod) => servers.some((server) => selectsPod(server, pod)),
    })
  }
  return new Map(all.map((policy) => [policy.raw, policy]))
}

function readOr(isUnderstood: boolean): 'enforced' | 'unreadable' {
  return isUnderstood ? 'enforced' : 'unreadable'
}
