import type { DefaultInboundPolicy } from '../assumptions'
import type { MeshReason, RequestRule } from '../mesh-answer'
import { both, either, isMaybe, type Truth } from '../truth'
import { doubtOf, doubtReason } from './doubt'
import { eldest } from './eldest'
import type { LinkerdAuthorization } from './linkerd-authorization'
import { type ClientRule, clientMatches } from './linkerd-client-rule'
import type { GuardedServer, LinkerdTarget } from './linkerd-mesh'
import type { MeshConnection } from './mesh-connection'
import { hasPort } from './port-list'
import { OPEN, type Ruling, ruleAll, rulingOf } from './ruling'

/** Decides one connection at one pod, a member: by the Server of the port, else by the default. */
export function ruleLinkerd(target: LinkerdTarget, connection: MeshConnection): Ruling {
  const here = target.servers.filter(({ ports }) => ports === null || ports.includes(connection.port))
  const broken = here.filter(({ server }) => !server.isUnderstood)
  const read = eldest(here.filter(({ server }) => server.isUnderstood).map((guarded) => ({ ...guarded, raw: guarded.server.raw })))
  const possible =
    read.length === 0 ? [() => ruleByDefault(target, connection)] : read.map((one) => () => ruleByServer(one, target, connection))
  const perhaps = broken.map(
    ({ server }) =>
      () =>
        rulingOf(doubtOf(server), [doubtReason(server)]),
  )
  const [first] = broken
  return ruleAll([...possible, ...perhaps], first === undefined ? 'equal-priority' : doubtOf(first.server))
}

function ruleByDefault(target: LinkerdTarget, connection: MeshConnection): Ruling {
  const { policy, origin } = target.byDefault
  if (policy === null) return rulingOf('unsupported-policy', [])
  const needsIdentity = hasPort(target.identityPorts, connection.port)
  const isLetIn = clientPassesDefault(policy, needsIdentity, target, connection)
  const message = `No Server speaks of this port, so the default inbound policy holds: ${policy}, ${origin}.`
  const by: readonly MeshReason[] =
    isLetIn === 'yes' ? [] : [{ policy: null, rule: null, effect: 'isolates', detail: 'default-policy', message }]
  return withHealthChecks(rulingOf(isLetIn, by), connection)
}

function ruleByServer(guarded: GuardedServer, target: LinkerdTarget, connection: MeshConnection): Ruling {
  const { server, routes } = guarded
  const asConnection = () => ruleConnection(guarded, target, connection)
  const fitting = routes.filter(({ route }) => route.kind === (server.protocol === 'grpc' ? 'GRPCRoute' : 'HTTPRoute'))
  if (server.protocol === 'tcp') return asConnection()
  // Without routes of its own a Server lets health checks in.
  if (fitting.length === 0) return withHealthChecks(asConnection(), connection)
  const asRequests = () => ruleRequests({ ...guarded, routes: fitting }, target, connection)
  return server.protocol === 'detect' ? ruleAll([asRequests, asConnection], 'l7-rule') : asRequests()
}

function ruleConnection({ server, authorizations }: GuardedServer, target: LinkerdTarget, connection: MeshConnection): Ruling {
  const { isLetIn, by } = authorize(authorizations, target, connection)
  const isAccepted = either(isLetIn, clientPassesDefault(server.accessPolicy, false, target, connection))
  return rulingOf(isAccepted, isAccepted === 'yes' ? by : [...by, limit(server.ref, server.accessPolicy)])
}

/** Every request goes by one route, and a request without a route is refused. */
function ruleRequests(guarded: GuardedServer, target: LinkerdTarget, connection: MeshConnection): Ruling {
  const whole = ruleConnection(guarded, target, connection)
  const forAll: Truth = whole.verdict === 'unknown' ? (whole.reason ?? 'l7-rule') : whole.verdict === 'allowed' ? 'yes' : 'no'
  const outcomes = guarded.routes.map(({ route, authorizations }) => {
    if (!route.isUnderstood) return { route, isLetIn: doubtOf(route) as Truth, by: route.isRead ? [] : [doubtReason(route)] }
    const { isLetIn, by } = authorize(authorizations, target, connection)
    return { route, isLetIn: either(forAll, isLetIn), by }
  })
  const isEvery = outcomes.every(({ isLetIn }) => isLetIn === 'yes') && outcomes.some(({ route }) => route.isForAll)
  const some = outcomes.reduce<Truth>((truth, { isLetIn }) => either(truth, isLetIn), 'no')
  const isLetIn: Truth = isEvery ? 'yes' : both(some, 'l7-rule')
  const by = [...whole.by, ...outcomes.flatMap((outcome) => outcome.by)]
  const requests = outcomes.flatMap(({ route, isLetIn: isRouteOpen }): readonly RequestRule[] =>
    isRouteOpen === 'no' ? [] : [{ policy: route.ref, rule: null, effect: 'allow', conditions: route.matches }],
  )
  return rulingOf(isLetIn, by, requests)
}

function authorize(
  authorizations: readonly LinkerdAuthorization[],
  { identityDomain }: LinkerdTarget,
  connection: MeshConnection,
): { readonly isLetIn: Truth; readonly by: readonly MeshReason[] } {
  let isLetIn: Truth = 'no'
  const by: MeshReason[] = []
  for (const authorization of authorizations) {
    const { ref, client, isUnderstood } = authorization
    const matches = !isUnderstood ? doubtOf(authorization) : client === null ? 'no' : clientMatches(client, connection, identityDomain)
    if (matches === 'no') continue
    isLetIn = either(isLetIn, matches)
    if (!isUnderstood) by.push(doubtReason(authorization))
    else
      by.push({
        policy: ref,
        rule: null,
        effect: 'allow',
        detail: null,
        message: `It authorizes this client${isMaybe(matches) ? ', perhaps' : ''}.`,
      })
  }
  return { isLetIn, by }
}

function clientPassesDefault(
  policy: DefaultInboundPolicy,
  needsIdentity: boolean,
  target: LinkerdTarget,
  connection: MeshConnection,
): Truth {
  if (policy === 'deny') return 'no'
  const isAuthenticated = needsIdentity ? policy !== 'audit' : policy.endsWith('-authenticated')
  const rule: ClientRule = {
    identities: isAuthenticated ? ['*'] : 'anyone',
    networks: policy.startsWith('cluster-') ? target.clusterNetworks : null,
  }
  return clientMatches(rule, connection, target.identityDomain)
}

/** The paths of a pod's health checks are open to its machine, and only to requests for them. */
function withHealthChecks(ruling: Ruling, { client }: MeshConnection): Ruling {
  return client.isMachine && ruling.verdict === 'denied' ? ruleAll([() => ruling, () => OPEN], 'l7-rule') : ruling
}

function limit(policy: LinkerdAuthorization['ref'], accessPolicy: DefaultInboundPolicy): MeshReason {
  const rest = accessPolicy === 'deny' ? 'refuses the rest' : `lets in the rest as ${accessPolicy} says`
  const message = `No authorization for this Server names this client, and it ${rest}.`
  return { policy, rule: null, effect: 'isolates', detail: 'no-authorization', message }
}
