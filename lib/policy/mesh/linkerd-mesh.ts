import { parseCidr } from '../../model/address'
import type { Cluster, Pod } from '../../model/cluster'
import { NO_LABELS } from '../../model/labels'
import type { InputProblem } from '../../model/problem'
import { type AddressSet, addressSetOf } from '../address-set'
import { type Assumptions, DEFAULT_INBOUND_POLICIES, type DefaultInboundPolicy } from '../assumptions'
import type { MeshExemption } from '../mesh-answer'
import type { PortRange } from '../types'
import { LinkerdAuthentications } from './linkerd-authentication'
import { isForServer, type LinkerdAuthorization, readLinkerdPolicy, readServerAuthorization } from './linkerd-authorization'
import { isForRoute, isRouteOf, type LinkerdRoute, linkerdRoutes } from './linkerd-route'
import { type LinkerdServer, portsOfServer, readServer, selectsPod } from './linkerd-server'
import { boundsOf, hasPort, readPortList } from './port-list'
import { UnreadLinkerd } from './unread-linkerd'

/** A Server with all that speaks of it. */
export type GuardedServer = {
  readonly server: LinkerdServer
  /** Ports of the pod; null when they cannot be told. */
  readonly ports: readonly number[] | null
  readonly authorizations: readonly LinkerdAuthorization[]
  readonly routes: readonly { readonly route: LinkerdRoute; readonly authorizations: readonly LinkerdAuthorization[] }[]
}

/** What Linkerd applies to one pod. */
export type LinkerdTarget = {
  readonly servers: readonly GuardedServer[]
  readonly byDefault: DefaultInbound
  /** Ports that take authenticated clients only where the default holds. */
  readonly identityPorts: readonly PortRange[]
  /** Ports around the proxy. */
  readonly skipped: readonly PortRange[]
  readonly clusterNetworks: AddressSet
  readonly identityDomain: string
}

/** `policy` null: an annotation says something that is no policy. */
export type DefaultInbound = { readonly policy: DefaultInboundPolicy | null; readonly origin: string }

const DEFAULT_POLICY = 'config.linkerd.io/default-inbound-policy'
const IDENTITY_PORTS = 'config.linkerd.io/proxy-require-identity-inbound-ports'

/** The Linkerd policies of a cluster. */
export class LinkerdMesh {
  readonly servers: readonly LinkerdServer[]
  readonly authorizations: readonly LinkerdAuthorization[]
  readonly routes: readonly LinkerdRoute[]
  private readonly authentications: LinkerdAuthentications
  private readonly clusterNetworks: AddressSet
  /** Every default that is stated or assumed, as written. */
  private readonly defaults: readonly string[]
  private readonly unread: UnreadLinkerd
  private readonly guarded: ReadonlyMap<string, readonly Omit<GuardedServer, 'ports'>[]>

  constructor(
    private readonly cluster: Cluster,
    private readonly assumptions: Assumptions,
  ) {
    this.unread = new UnreadLinkerd(cluster)
    const objects = cluster.policies.filter(({ meta }) => meta.apiVersion.startsWith('policy.linkerd.io/'))
    const ofKind = (kind: string) => objects.filter(({ meta }) => meta.kind === kind)
    const domain = assumptions.linkerdIdentityDomain
    this.authentications = new LinkerdAuthentications(objects, domain)
    this.servers = ofKind('Server').map(readServer)
    this.authorizations = [
      ...ofKind('ServerAuthorization').map((raw) => readServerAuthorization(raw, domain)),
      ...ofKind('AuthorizationPolicy').map((raw) => readLinkerdPolicy(raw, this.authentications)),
    ]
    this.routes = this.servers.length === 0 ? [] : linkerdRoutes(cluster)
    this.clusterNetworks = addressSetOf(assumptions.linkerdClusterNetworks.flatMap((network) => parseCidr(network) ?? []))
    const guarded = new Map<string, Omit<GuardedServer, 'ports'>[]>()
    for (const server of this.servers) {
      const siblings = guarded.get(server.namespace) ?? []
      siblings.push(this.guard(server))
      guarded.set(server.namespace, siblings)
    }
    this.guarded = guarded
    this.defaults = [...defaultsOf(cluster, assumptions)]
  }

  get problems(): readonly InputProblem[] {
    const read = [...this.servers, ...this.authorizations, ...this.routes]
    return [...this.authentications.problems, ...read.flatMap(({ problems }) => problems)]
  }

  /** The address sets between the bounds of which no rule tells addresses apart. */
  get addresses(): readonly AddressSet[] {
    const named = this.authorizations.flatMap(({ client }) => client?.networks ?? [])
    return [...named, ...(this.usesClusterNetworks() ? [this.clusterNetworks] : [])]
  }

  target(pod: Pod): LinkerdTarget {
    const annotations = this.cluster.namespaces.get(pod.namespace)?.meta.annotations ?? NO_LABELS
    const annotation = (name: string): string => pod.meta.annotations.get(name) ?? annotations.get(name) ?? ''
    return {
      servers: [
        ...(this.guarded.get(pod.namespace) ?? []).filter(({ server }) => selectsPod(server, pod)),
        ...this.unread.serversIn(pod.namespace).map((server) => ({ server, authorizations: [], routes: [] })),
      ].map((guarded) => ({ ...guarded, ports: portsOfServer(guarded.server, pod) })),
      byDefault: this.defaultInbound(pod),
      identityPorts: readPortList(annotation(IDENTITY_PORTS)),
      skipped: readPortList(annotation('config.linkerd.io/skip-inbound-ports')),
      clusterNetworks: this.clusterNetworks,
      identityDomain: this.assumptions.linkerdIdentityDomain,
    }
  }

  /** The workload's annotation, then the namespace's, then the setting of the mesh. */
  defaultInbound(pod: Pod): DefaultInbound {
    const own = pod.meta.annotations.get(DEFAULT_POLICY)
    const namespaced = this.cluster.namespaces.get(pod.namespace)?.meta.annotations.get(DEFAULT_POLICY)
    const text = own ?? namespaced
    if (text === undefined) return { policy: this.assumptions.linkerdDefaultInboundPolicy, origin: 'assumed for the whole mesh' }
    const origin = own === undefined ? `annotated on namespace ${pod.namespace}` : 'annotated on the pod'
    return { policy: DEFAULT_INBOUND_POLICIES.find((one) => one === text) ?? null, origin }
  }

  private guard(server: LinkerdServer): Omit<GuardedServer, 'ports'> {
    const unread = this.unread.authorizationsIn(server.namespace)
    const routes = [...this.routes.filter((route) => isRouteOf(route, server)), ...this.unread.routesOf(server)]
    return {
      server,
      authorizations: [...this.authorizations.filter((authorization) => isForServer(authorization, server)), ...unread],
      routes: routes.map((route) => ({
        route,
        authorizations: [...this.authorizations.filter((one) => isForRoute(one, route)), ...unread],
      })),
    }
  }

  /** Whether something may be refused: by a Server, or on a port without one. */
  get isLimiting(): boolean {
    return this.servers.length > 0 || this.unread.hasServers || this.defaults.some((text) => text !== 'all-unauthenticated')
  }

  private usesClusterNetworks(): boolean {
    return [...this.defaults, ...this.servers.map(({ accessPolicy }) => accessPolicy)].some((text) => text.startsWith('cluster-'))
  }
}

function defaultsOf(cluster: Cluster, { linkerdDefaultInboundPolicy }: Assumptions): ReadonlySet<string> {
  const texts = new Set<string>([linkerdDefaultInboundPolicy])
  for (const objects of [cluster.namespaces, cluster.pods]) {
    for (const { meta } of objects.values()) {
      if (meta.annotations.size === 0) continue
      const text = meta.annotations.get(DEFAULT_POLICY)
      if (text !== undefined) texts.add(text)
      if (meta.annotations.has(IDENTITY_PORTS)) texts.add('all-authenticated')
    }
  }
  return texts
}

/** Why a port does not pass the proxy. */
export function linkerdExemption({ skipped }: LinkerdTarget, port: number): MeshExemption | null {
  return hasPort(skipped, port) ? 'excluded-port' : null
}

/** Every port at which the answer may change. */
export function linkerdBounds({ servers, identityPorts, skipped }: LinkerdTarget): readonly number[] {
  return [
    ...servers.flatMap(({ ports }) => (ports ?? []).flatMap((port) => [port, port + 1])),
    ...boundsOf(identityPorts),
    ...boundsOf(skipped),
  ]
}
