import type { Cluster, Pod } from '../../model/cluster'
import type { PodRef } from '../../model/names'
import type { InputProblem } from '../../model/problem'
import { matchesSelector } from '../../model/selector'
import type { AddressSet } from '../address-set'
import type { Assumptions } from '../assumptions'
import type { MeshExemption } from '../mesh-answer'
import type { PortRange } from '../types'
import { type AuthorizationPolicy, readAuthorizationPolicy } from './istio-authorization-policy'
import { clausesOf, type IstioView } from './istio-rule'
import { ruleByPolicies } from './istio-ruling'
import type { MeshConnection } from './mesh-connection'
import { type MtlsLevels, mtlsLevels, mtlsModes, type PeerAuthentication, readPeerAuthentication } from './peer-authentication'
import { boundsOf, hasPort, readPortList } from './port-list'
import { type PortProtocols, portProtocols } from './port-protocol'
import { ruleBoth } from './rule-both'
import { type Ruling, ruleAll, rulingOf } from './ruling'
import { UnreadIstio } from './unread-istio'
import { type Waypoint, Waypoints } from './waypoints'

/** What Istio applies to one pod. */
export type IstioTarget = {
  readonly dataplane: 'sidecar' | 'ambient'
  readonly policies: readonly AuthorizationPolicy[]
  /** Tried out only. */
  readonly dryRun: readonly AuthorizationPolicy[]
  readonly mtls: MtlsLevels
  readonly protocols: PortProtocols
  /** A proxy at the edge: it asks its own servers, not PeerAuthentication, for certificates. */
  readonly isGateway: boolean
  /** Ports around the sidecar. */
  readonly excluded: readonly PortRange[]
  /** The only ports through the sidecar; null when all are. */
  readonly included: readonly PortRange[] | null
  readonly waypoint: Waypoint | null
}

/** Ports of the sidecar itself: metrics, health, merged metrics. */
const PROXY_PORTS: readonly number[] = [15020, 15021, 15090]

/** The Istio policies of a cluster. */
export class IstioMesh {
  readonly policies: readonly AuthorizationPolicy[]
  readonly authentications: readonly PeerAuthentication[]
  private readonly byNamespace = new Map<string, AuthorizationPolicy[]>()
  private readonly protocolsOf: (pod: PodRef) => PortProtocols
  private readonly waypoints: Waypoints
  private readonly unread: UnreadIstio

  constructor(
    cluster: Cluster,
    private readonly assumptions: Assumptions,
  ) {
    const ofKind = (kind: string) =>
      cluster.policies.filter(({ meta }) => meta.kind === kind && meta.apiVersion.startsWith('security.istio.io/'))
    this.policies = ofKind('AuthorizationPolicy').map((raw) => readAuthorizationPolicy(raw, assumptions.istioTrustDomain))
    this.authentications = ofKind('PeerAuthentication').map(readPeerAuthentication)
    for (const policy of this.policies) {
      const siblings = this.byNamespace.get(policy.namespace)
      if (siblings === undefined) this.byNamespace.set(policy.namespace, [policy])
      else siblings.push(policy)
    }
    this.protocolsOf = this.policies.length === 0 ? () => new Map() : portProtocols(cluster)
    this.unread = new UnreadIstio(cluster, assumptions.istioRootNamespace)
    this.waypoints = new Waypoints(cluster, this.policies, this.unread, assumptions.istioRootNamespace)
  }

  get problems(): readonly InputProblem[] {
    return [...this.policies, ...this.authentications].flatMap(({ problems }) => problems)
  }

  /** Whether some policy may refuse something. */
  get isLimiting(): boolean {
    return this.policies.length + this.authentications.length > 0 || this.unread.isAnything
  }

  /** The address sets between the bounds of which no rule tells addresses apart. */
  get addresses(): readonly AddressSet[] {
    return this.policies.flatMap(({ rules }) => rules.flatMap((rule) => clausesOf(rule).flatMap(({ addresses }) => addresses)))
  }

  target(pod: Pod, dataplane: 'sidecar' | 'ambient'): IstioTarget {
    const root = this.assumptions.istioRootNamespace
    const near = [...(this.byNamespace.get(root) ?? []), ...(pod.namespace === root ? [] : (this.byNamespace.get(pod.namespace) ?? []))]
    const applying = near.filter((policy) => this.applies(policy, pod))
    const { annotations } = pod.meta
    const unread = this.unread.authenticationsFor(pod.namespace)
    const included = annotations.get('traffic.sidecar.istio.io/includeInboundPorts')
    return {
      dataplane,
      policies: [...applying.filter(({ isDryRun }) => !isDryRun), ...this.unread.policiesFor(pod.namespace)],
      dryRun: applying.filter(({ isDryRun }) => isDryRun),
      mtls: mtlsLevels(pod, this.authentications, root).map((level, index) => [...level, ...(unread[index] ?? [])]),
      protocols: this.protocolsOf(pod.ref),
      isGateway: dataplane === 'sidecar' && isGateway(pod),
      excluded: readPortList(annotations.get('traffic.sidecar.istio.io/excludeInboundPorts') ?? ''),
      included: included === undefined || included.trim() === '*' ? null : readPortList(included),
      waypoint: dataplane === 'ambient' ? this.waypoints.of(pod) : null,
    }
  }

  /** Whether a policy is for a pod's own proxy. Other objects than gateways are for waypoints, which stand elsewhere. */
  applies({ namespace, selector, targets }: AuthorizationPolicy, pod: Pod): boolean {
    if (namespace !== this.assumptions.istioRootNamespace && namespace !== pod.namespace) return false
    if (targets.length === 0) return matchesSelector(selector, pod.labels)
    const gateway = pod.labels.get('gateway.networking.k8s.io/gateway-name')
    return namespace === pod.namespace && targets.some(({ kind, name }) => kind === 'Gateway' && name === gateway)
  }

  /** Whether a PeerAuthentication is for a pod, on whichever level. */
  isAuthenticatedBy(authentication: PeerAuthentication, pod: Pod): boolean {
    return mtlsLevels(pod, [authentication], this.assumptions.istioRootNamespace).some((level) => level.length > 0)
  }

  /** Whether a policy is for the waypoint that a pod uses. */
  appliesOnTheWay(policy: AuthorizationPolicy, pod: Pod): boolean {
    return this.waypoints.of(pod)?.policies.includes(policy) ?? false
  }
}

/** An injected pod that runs nothing but the proxy. */
function isGateway(pod: Pod): boolean {
  const own = pod.containers.filter(({ kind }) => kind !== 'init')
  return own.length === 1 && own[0]?.kind === 'regular' && own[0].name === 'istio-proxy'
}

/** Why a port does not pass the sidecar. */
export function istioExemption({ dataplane, excluded, included }: IstioTarget, port: number): MeshExemption | null {
  if (dataplane === 'ambient') return null
  if (PROXY_PORTS.includes(port)) return 'proxy-port'
  return hasPort(excluded, port) || (included !== null && !hasPort(included, port)) ? 'excluded-port' : null
}

/** Every port at which the answer may change. */
export function istioBounds({ policies, waypoint, mtls, protocols, excluded, included }: IstioTarget): readonly number[] {
  const clauses = [...policies, ...(waypoint?.policies ?? [])].flatMap(({ rules }) => rules.flatMap(clausesOf))
  const named = clauses.filter(({ about }) => about === 'port').flatMap(({ values, notValues }) => [...values, ...notValues].map(Number))
  const levels = mtls.flat().flatMap(({ ports }) => [...ports.keys()])
  const single = [...named.filter(Number.isInteger), ...levels, ...protocols.keys(), ...PROXY_PORTS]
  return [...single.flatMap((port) => [port, port + 1]), ...boundsOf(excluded), ...boundsOf(included ?? [])]
}

/** Decides one connection at one pod, a member. */
export function ruleIstio(target: IstioTarget, connection: MeshConnection): Ruling {
  const { waypoint } = target
  const direct = () => ruleAtPod(target, connection)
  if (waypoint === null) return direct()
  // Only what is addressed to a Service, or to a pod that has a waypoint itself, takes the way through it.
  const through = () => {
    const last = { ...connection.client, identity: waypoint.identity }
    return ruleBoth(
      ruleViews(waypoint.policies, viewsOf(target, connection.port), connection),
      ruleAtPod(target, { ...connection, client: last }),
    )
  }
  return ruleAll([direct, through], 'mesh-waypoint')
}

function ruleAtPod(target: IstioTarget, connection: MeshConnection): Ruling {
  const views: readonly IstioView[] = target.dataplane === 'ambient' ? ['ztunnel'] : viewsOf(target, connection.port)
  const plain = { ...connection, client: { ...connection.client, identity: null } }
  if (target.isGateway) return ruleViews(target.policies, views, plain)
  const { possible, because } = mtlsModes(target.mtls, connection.port)
  return ruleAll(
    possible.map(({ mode, policy, isSure }) => () => {
      if (mode === 'PERMISSIVE') return ruleViews(target.policies, views, connection)
      // The ambient proxies take certificates whatever is asked.
      if (mode === 'DISABLE') return ruleViews(target.policies, views, target.dataplane === 'ambient' ? connection : plain)
      const who = isSure ? 'It wants' : policy === null ? 'A PeerAuthentication that could not be read may want' : 'It may want'
      const message = `${who} mutual TLS, and this client shows no certificate of the mesh.`
      const refusal = () => rulingOf('no', [{ policy, rule: null, effect: 'deny', detail: 'plain-text', message }])
      const { identity } = connection.client
      if (identity === null) return refusal()
      const asked = () => ruleViews(target.policies, views, connection)
      return identity === 'unknown' ? ruleAll([refusal, asked], 'unknown-endpoint') : asked()
    }),
    because,
  )
}

/** A port that nothing describes may speak HTTP or not. */
function viewsOf({ protocols }: IstioTarget, port: number): readonly IstioView[] {
  const protocol = protocols.get(port) ?? 'detect'
  return protocol === 'detect' ? ['http', 'tcp'] : [protocol]
}

function ruleViews(policies: readonly AuthorizationPolicy[], views: readonly IstioView[], connection: MeshConnection): Ruling {
  return ruleAll(
    views.map((view) => () => ruleByPolicies(policies, view, connection)),
    'l7-rule',
  )
}
