import {
  hasLabels,
  isInBlock,
  type NaiveMeshClient,
  type NaiveMeshPod,
  type NaiveVerdict,
  naiveIdentities,
  naiveVerdict,
} from './naive-mesh'

/**
 * A second evaluator of Linkerd's policies, for tests only: one client, one port and one request at a time, straight from
 * the documents. Whatever nobody can know is tried every way.
 */

export type NaiveServer = {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly labels: Readonly<Record<string, string>>
    readonly creationTimestamp?: string
  }
  readonly spec: {
    readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> }
    readonly port: number | string
    readonly proxyProtocol?: string
    readonly accessPolicy?: string
  }
}

type Network = { readonly cidr: string; readonly except?: readonly string[] }
type Account = { readonly name: string; readonly namespace?: string }

export type NaiveServerAuthorization = {
  readonly metadata: { readonly namespace: string }
  readonly spec: {
    readonly server: { readonly name: string } | { readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } }
    readonly client: {
      readonly networks?: readonly Network[]
      readonly unauthenticated?: boolean
      readonly meshTLS?: {
        readonly unauthenticatedTLS?: boolean
        readonly identities?: readonly string[]
        readonly serviceAccounts?: readonly Account[]
      }
    }
  }
}

export type NaiveReference = { readonly kind: string; readonly name: string; readonly namespace?: string; readonly group?: string }

export type NaiveAuthorizationPolicy = {
  readonly metadata: { readonly namespace: string }
  readonly spec: { readonly targetRef: NaiveReference; readonly requiredAuthenticationRefs: readonly NaiveReference[] }
}

export type NaiveMeshTls = {
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly spec: { readonly identities?: readonly string[]; readonly identityRefs?: readonly NaiveReference[] }
}

export type NaiveNetworks = {
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly spec: { readonly networks: readonly Network[] }
}

export type NaiveRoute = {
  readonly group: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly servers: readonly string[]
  /** null: every request. */
  readonly path: string | null
}

export type NaiveLinkerd = {
  readonly servers: readonly NaiveServer[]
  readonly serverAuthorizations: readonly NaiveServerAuthorization[]
  readonly policies: readonly NaiveAuthorizationPolicy[]
  readonly meshTls: readonly NaiveMeshTls[]
  readonly networks: readonly NaiveNetworks[]
  readonly routes: readonly NaiveRoute[]
  /** Names of the ports that every pod declares. */
  readonly portNames: Readonly<Record<string, number>>
  /** Annotated on namespaces. */
  readonly defaults: Readonly<Record<string, string>>
}

const CLUSTER = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8']

export function naiveLinkerd(linkerd: NaiveLinkerd, from: NaiveMeshClient, to: NaiveMeshPod, port: number): NaiveVerdict {
  return naiveVerdict(answers(linkerd, from, to, port))
}

function* answers(linkerd: NaiveLinkerd, from: NaiveMeshClient, to: NaiveMeshPod, port: number): Iterable<boolean> {
  if (to.member === 'no' || to.member === 'perhaps') yield true
  if (to.member === 'no') return
  if ((to.annotations['config.linkerd.io/skip-inbound-ports'] ?? '').split(',').includes(String(port))) {
    yield true
    return
  }
  for (const identity of naiveIdentities(from)) {
    const client = { ip: from.ip, name: identity === null ? null : nameOf(identity.serviceAccount, identity.namespace) }
    const servers = serversOf(linkerd, to, port)
    if (servers.length === 0) {
      const policy = to.annotations['config.linkerd.io/default-inbound-policy'] ?? linkerd.defaults[to.namespace] ?? 'all-unauthenticated'
      yield passesDefault(policy, client)
    }
    for (const server of servers) yield* atServer(linkerd, server, client)
  }
}

type Client = { readonly ip: string; readonly name: string | null }

function nameOf(account: string, namespace: string): string {
  return `${account}.${namespace}.serviceaccount.identity.linkerd.cluster.local`
}

/** One, or several when nobody knows which is the oldest. */
function serversOf({ servers, portNames }: NaiveLinkerd, to: NaiveMeshPod, port: number): readonly NaiveServer[] {
  const here = servers.filter(({ metadata, spec }) => {
    const number = typeof spec.port === 'string' ? portNames[spec.port] : spec.port
    return metadata.namespace === to.namespace && number === port && hasLabels(spec.podSelector.matchLabels ?? {}, to.labels)
  })
  if (here.some(({ metadata }) => metadata.creationTimestamp === undefined)) return here
  const rank = ({ metadata }: NaiveServer): string => `${metadata.creationTimestamp} ${metadata.name}`
  return [...here].sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, 1)
}

function* atServer(linkerd: NaiveLinkerd, server: NaiveServer, client: Client): Iterable<boolean> {
  const protocol = server.spec.proxyProtocol ?? 'unknown'
  const isWhole = passesServer(linkerd, server, client)
  const kind = protocol === 'gRPC' ? 'GRPCRoute' : 'HTTPRoute'
  const routes = linkerd.routes.filter(
    (route) =>
      route.kind === kind && route.metadata.namespace === server.metadata.namespace && route.servers.includes(server.metadata.name),
  )
  const isBytes = protocol === 'opaque' || protocol === 'TLS'
  if (isBytes || protocol === 'unknown' || routes.length === 0) yield isWhole
  if (isBytes || routes.length === 0) return
  for (const route of routes) {
    const policies = linkerd.policies.filter(
      ({ metadata, spec: { targetRef } }) =>
        metadata.namespace === route.metadata.namespace &&
        targetRef.kind === route.kind &&
        targetRef.group === route.group &&
        targetRef.name === route.metadata.name,
    )
    yield isWhole || policies.some((policy) => satisfies(linkerd, policy, client))
  }
  // A request that fits no route.
  if (routes.every(({ path }) => path !== null)) yield false
}

function passesServer(linkerd: NaiveLinkerd, { metadata, spec }: NaiveServer, client: Client): boolean {
  if (passesDefault(spec.accessPolicy ?? 'deny', client)) return true
  const isHere = (object: { readonly metadata: { readonly namespace: string } }): boolean =>
    object.metadata.namespace === metadata.namespace
  const byServerAuthorization = linkerd.serverAuthorizations.filter(isHere).some((authorization) => {
    const { server } = authorization.spec
    const isMeant = 'name' in server ? server.name === metadata.name : hasLabels(server.selector.matchLabels, metadata.labels)
    return isMeant && isClient(authorization, client)
  })
  if (byServerAuthorization) return true
  return linkerd.policies.filter(isHere).some((policy) => {
    const { kind, name } = policy.spec.targetRef
    return (kind === 'Namespace' || (kind === 'Server' && name === metadata.name)) && satisfies(linkerd, policy, client)
  })
}

function isClient({ metadata, spec: { client: wanted } }: NaiveServerAuthorization, client: Client): boolean {
  if (wanted.networks !== undefined && !isThere(wanted.networks, client)) return false
  if (wanted.unauthenticated === true) return true
  const { name } = client
  if (name === null) return false
  const { unauthenticatedTLS = false, identities = [], serviceAccounts = [] } = wanted.meshTLS ?? {}
  return (
    unauthenticatedTLS ||
    identities.some((pattern) => isNamed(pattern, name)) ||
    serviceAccounts.some((account) => name === nameOf(account.name, account.namespace ?? metadata.namespace))
  )
}

/** Everything that is required must hold; what does not exist leaves the policy out. */
function satisfies(linkerd: NaiveLinkerd, { metadata, spec }: NaiveAuthorizationPolicy, client: Client): boolean {
  return spec.requiredAuthenticationRefs.every((reference) => {
    const namespace = reference.namespace ?? metadata.namespace
    const isIt = (object: NaiveMeshTls | NaiveNetworks): boolean =>
      object.metadata.namespace === namespace && object.metadata.name === reference.name
    if (reference.kind === 'ServiceAccount') return client.name === nameOf(reference.name, namespace)
    if (reference.kind === 'NetworkAuthentication') return linkerd.networks.some((one) => isIt(one) && isThere(one.spec.networks, client))
    return linkerd.meshTls.some((one) => isIt(one) && isOneOf(one, client))
  })
}

function isOneOf({ metadata, spec }: NaiveMeshTls, { name }: Client): boolean {
  if (name === null) return false
  if ((spec.identities ?? []).some((pattern) => isNamed(pattern, name))) return true
  return (spec.identityRefs ?? []).some((reference) =>
    reference.kind === 'Namespace'
      ? name.split('.')[1] === reference.name
      : name === nameOf(reference.name, reference.namespace ?? metadata.namespace),
  )
}

function isNamed(pattern: string, name: string): boolean {
  if (!pattern.startsWith('*')) return pattern === name
  const wanted = pattern.split('.').slice(1)
  return wanted.length === 0 || name.split('.').slice(-wanted.length).join() === wanted.join()
}

function isThere(networks: readonly Network[], { ip }: Client): boolean {
  return networks.some(({ cidr, except = [] }) => isInBlock(cidr, ip) && !except.some((hole) => isInBlock(hole, ip)))
}

function passesDefault(policy: string, { ip, name }: Client): boolean {
  if (policy === 'deny') return false
  if (policy.endsWith('-authenticated') && name === null) return false
  return !policy.startsWith('cluster-') || CLUSTER.some((cidr) => isInBlock(cidr, ip))
}
