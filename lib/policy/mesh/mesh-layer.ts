import type { Cluster, Pod } from '../../model/cluster'
import type { PodRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import type { InputProblem } from '../../model/problem'
import type { FlowProtocol } from '../../model/protocol'
import { type MeshesSeen, meshesSeen, meshOf, meshTitle } from '../../platform/mesh/membership'
import { type AddressFamily, type AddressSet, singleAddress } from '../address-set'
import type { Assumptions } from '../assumptions'
import { type End, inFamily } from '../end'
import type { MeshAnswer, MeshClient, MeshExemption, MeshNote } from '../mesh-answer'
import type { PodClass } from '../pod-classes'
import type { Party } from '../resolve-end'
import { clientSignature } from './client-signature'
import { type ClientRule, clientRules, expectedEncryption } from './expected-encryption'
import { IstioMesh, istioExemption, ruleIstio } from './istio-mesh'
import { linkerdIdentity } from './linkerd-client-rule'
import { LinkerdMesh, linkerdExemption } from './linkerd-mesh'
import { ruleLinkerd } from './linkerd-ruling'
import type { MeshConnection, SeenClient } from './mesh-connection'
import { boundsBetween, type MeshPod, type MeshTarget, meshPodKey, Numbering } from './mesh-pod'
import { type MeshPolicy, meshPolicies } from './mesh-policies'
import { readPortList } from './port-list'
import { OPEN, type Ruling, ruleAll } from './ruling'

/** A client with everything that it may be. */
type PossibleClient = { readonly possible: readonly SeenClient[]; readonly shown: MeshClient }

/** The service meshes of a cluster, as a layer that decides after the network. */
export class MeshLayer {
  readonly istio: IstioMesh
  readonly linkerd: LinkerdMesh
  /** False when no mesh policy can refuse anything, so that members are as open as everybody. */
  readonly isLimiting: boolean
  /** The address sets between the bounds of which no mesh policy tells addresses apart. */
  readonly addresses: readonly AddressSet[]
  private seen: MeshesSeen | null = null
  private rules: ReadonlyMap<PodRef, ClientRule> | null = null
  private readonly pods = new Map<PodRef, MeshPod>()
  private readonly numbering = new Numbering()
  private policies: ReadonlyMap<RawObject, MeshPolicy> | null = null
  private readonly kinds = new Map<string, number>()
  private readonly members = new WeakMap<PodClass, MeshPod>()
  /** By class, then by mesh and family. */
  private readonly clients = new WeakMap<PodClass, Map<string, { readonly possible: readonly SeenClient[]; readonly prefix: string }>>()

  constructor(
    private readonly cluster: Cluster,
    private readonly assumptions: Assumptions,
  ) {
    this.istio = new IstioMesh(cluster, assumptions)
    this.linkerd = new LinkerdMesh(cluster, assumptions)
    this.addresses = [...this.istio.addresses, ...this.linkerd.addresses]
    this.isLimiting = this.istio.isLimiting || this.linkerd.isLimiting
  }

  get problems(): readonly InputProblem[] {
    return [...this.istio.problems, ...this.linkerd.problems]
  }

  /** What is known of an object as a mesh policy; null for objects that are none. */
  policyOf(raw: RawObject): MeshPolicy | null {
    this.policies ??= meshPolicies(this.istio, this.linkerd)
    return this.policies.get(raw) ?? null
  }

  /** The members of the mesh among some pods that a policy is for. */
  subjects({ mesh, selects }: MeshPolicy, pods: Iterable<PodRef>): readonly PodRef[] {
    return [...pods].filter((ref) => {
      const pod = this.cluster.pods.get(ref)
      return pod !== undefined && selects(pod) && this.podOf(pod).mesh.mesh === mesh
    })
  }

  /** What the mesh adds to the footprint of a pod; empty for pods that it does not tell apart. */
  classKey(pod: Pod): string {
    return this.isLimiting ? meshPodKey(this.podOf(pod), this.numbering) : ''
  }

  /** A number that is equal for classes that no mesh policy tells apart; addresses tell all classes apart. */
  kindOf(podClass: PodClass): number {
    if (!this.isLimiting) return 0
    if (this.addresses.length > 0) return podClass.id
    const key = meshPodKey(this.memberOf(podClass), this.numbering)
    const known = this.kinds.get(key)
    if (known !== undefined) return known
    this.kinds.set(key, this.kinds.size)
    return this.kinds.size - 1
  }

  podOf(pod: Pod): MeshPod {
    const known = this.pods.get(pod.ref)
    if (known !== undefined) return known
    this.seen ??= meshesSeen(this.cluster)
    const mesh = meshOf(pod, this.cluster, this.seen)
    const target: MeshTarget | null =
      mesh.mesh === 'istio'
        ? { mesh: 'istio', istio: this.istio.target(pod, mesh.dataplane) }
        : mesh.mesh === 'linkerd'
          ? { mesh: 'linkerd', linkerd: this.linkerd.target(pod) }
          : null
    const annotation = UNSEEN_PORTS.map((name) => pod.meta.annotations.get(name) ?? '').join()
    const found = { pod, mesh, target, unseen: readPortList(annotation) }
    this.pods.set(pod.ref, found)
    return found
  }

  /** The pod that stands for its class. */
  memberOf(podClass: PodClass): MeshPod {
    const known = this.members.get(podClass)
    if (known !== undefined) return known
    const [first] = podClass.pods
    const pod = first === undefined ? undefined : this.cluster.pods.get(first)
    if (pod === undefined) throw new Error('a class has pods of its cluster')
    const member = this.podOf(pod)
    this.members.set(podClass, member)
    return member
  }

  /** The mesh's answer for one connection over one family; null when the destination is in no mesh. */
  answer(from: Party, to: Party, protocol: FlowProtocol, port: number, family: AddressFamily | null): MeshAnswer | null {
    if (to.end.kind !== 'pod') return null
    const { podClass } = to.end
    const destination = to.pod === null ? this.memberOf(podClass) : this.podOf(to.pod)
    const { mesh, target } = destination
    if (mesh.mesh === null || target === null) return null
    const client = this.clientOf(from.end, from.pod, target, port, family)
    const exemption = exemptionOf(target, protocol, port)
    const ruling = exemption === null ? this.rule(destination, target, client, podClass, port, family, true) : OPEN
    return {
      mesh: mesh.mesh,
      dataplane: mesh.dataplane,
      verdict: ruling.verdict,
      destination: { isMember: mesh.isMember, evidence: mesh.evidence },
      client: client.shown,
      exemption,
      encryption: expectedEncryption(target, port, exemption, client.shown, this.clientRule(destination.pod)),
      by: ruling.by,
      requests: ruling.requests,
      notes: exemption === null ? notesOf(target) : [],
      reason: ruling.reason,
    }
  }

  private clientRule({ ref }: Pod): ClientRule | 'unknown' | null {
    this.rules ??= clientRules(this.cluster)
    return this.rules.get(ref) ?? (this.cluster.unread.has('networking.istio.io/DestinationRule') ? 'unknown' : null)
  }

  /** The decision alone for a TCP connection between classes; a pod in no mesh lets everything in. */
  ruling(from: End, to: PodClass, port: number, family: AddressFamily | null): Ruling {
    const destination = this.memberOf(to)
    const { target } = destination
    if (target === null || exemptionOf(target, 'TCP', port) !== null) return OPEN
    return this.rule(destination, target, this.clientOf(from, null, target, port, family), to, port, family, false)
  }

  /** Whether traffic between two pods goes through the ambient tunnel. */
  isTunnelled(from: Party, to: Party): boolean {
    return [from, to].every(({ pod }) => {
      if (pod === null) return false
      const { mesh } = this.podOf(pod)
      return mesh.mesh === 'istio' && mesh.dataplane === 'ambient'
    })
  }

  /** The ports at which the answer between two classes may change, from 1. */
  bounds(from: End, { target }: MeshPod): readonly number[] {
    return target === null ? [] : boundsBetween(from.kind === 'pod' ? this.memberOf(from.podClass).unseen : [], target)
  }

  /** Equal for ends that a target does not tell apart as clients over one family. */
  clientKey(from: End, target: MeshTarget, family: AddressFamily | null): string {
    // No port is 0, so no list of ports that go past the client's proxy holds it.
    if (from.kind !== 'pod') return `${family}${clientSignature(target, this.clientOf(from, null, target, 0, family).possible)}`
    let clients = this.clients.get(from.podClass)
    if (clients === undefined) {
      clients = new Map()
      this.clients.set(from.podClass, clients)
    }
    const place = `${target.mesh}${family}`
    let client = clients.get(place)
    if (client === undefined) {
      const { unseen } = this.memberOf(from.podClass)
      client = {
        possible: this.clientOf(from, null, target, 0, family).possible,
        prefix: unseen.length === 0 ? `${family}` : `${family}${JSON.stringify(unseen)}`,
      }
      clients.set(place, client)
    }
    return client.prefix + clientSignature(target, client.possible)
  }

  private rule(
    { mesh }: MeshPod,
    target: MeshTarget,
    { possible }: PossibleClient,
    podClass: PodClass,
    port: number,
    family: AddressFamily | null,
    isExplained: boolean,
  ): Ruling {
    const destination = addressOf(podClass, family)
    const ask = (client: SeenClient) => () => ruleAt(target, { client, port, destination, isExplained })
    const asMember = () => ruleAll(possible.map(ask), 'mesh-membership')
    return mesh.isMember === 'yes' ? asMember() : ruleAll([asMember, () => OPEN], 'mesh-membership')
  }

  private clientOf(end: End, exactly: Pod | null, target: MeshTarget, port: number, family: AddressFamily | null): PossibleClient {
    if (end.kind === 'anything') {
      const client: SeenClient = { identity: 'unknown', addresses: null, because: 'unknown-endpoint', isMachine: false }
      return { possible: [client], shown: { isMember: 'perhaps', identity: null, evidence: 'Nothing is known of the client.' } }
    }
    if (end.kind === 'address') {
      const { possible, because, node } = inFamily(end, family) as typeof end
      const evidence = node === null ? 'The client is an address outside the mesh.' : 'The client is a machine, which no mesh takes over.'
      const client: SeenClient = { identity: null, addresses: possible, because, isMachine: node !== null }
      return { possible: [client], shown: { isMember: 'no', identity: null, evidence } }
    }
    const { pod, mesh, unseen } = exactly === null ? this.memberOf(end.podClass) : this.podOf(exactly)
    const client = { addresses: addressOf(end.podClass, family), because: 'unknown-endpoint', isMachine: false } as const
    const plain: SeenClient = { ...client, identity: null }
    if (mesh.mesh !== target.mesh) {
      const evidence = mesh.mesh === null ? mesh.evidence : `The client is in ${meshTitle(mesh.mesh)}, another mesh.`
      return { possible: [plain], shown: { isMember: 'no', identity: null, evidence } }
    }
    if (unseen.some(([low, high]) => low <= port && port <= high)) {
      const evidence = `${mesh.evidence} An annotation lets it send to port ${port} past its proxy.`
      return { possible: [plain], shown: { isMember: mesh.isMember, identity: null, evidence } }
    }
    const named: SeenClient = { ...client, identity: { namespace: pod.namespace, serviceAccount: pod.serviceAccount } }
    return {
      possible: mesh.isMember === 'yes' ? [named] : [named, plain],
      shown: { isMember: mesh.isMember, evidence: mesh.evidence, identity: this.identityOf(pod, target.mesh) },
    }
  }

  private identityOf({ namespace, serviceAccount }: Pod, mesh: MeshTarget['mesh']): string {
    const { istioTrustDomain, linkerdIdentityDomain } = this.assumptions
    return mesh === 'istio'
      ? `${istioTrustDomain}/ns/${namespace}/sa/${serviceAccount}`
      : linkerdIdentity(serviceAccount, namespace, linkerdIdentityDomain)
  }
}

const UNSEEN_PORTS = ['traffic.sidecar.istio.io/excludeOutboundPorts', 'config.linkerd.io/skip-outbound-ports'] as const

function ruleAt(target: MeshTarget, connection: MeshConnection): Ruling {
  return target.mesh === 'istio' ? ruleIstio(target.istio, connection) : ruleLinkerd(target.linkerd, connection)
}

function exemptionOf(target: MeshTarget, protocol: FlowProtocol, port: number): MeshExemption | null {
  if (protocol !== 'TCP') return 'not-tcp'
  return target.mesh === 'istio' ? istioExemption(target.istio, port) : linkerdExemption(target.linkerd, port)
}

function notesOf(target: MeshTarget): readonly MeshNote[] {
  if (target.mesh !== 'istio') return []
  return target.istio.dryRun.map(({ ref, name, namespace }) => ({
    code: 'dry-run',
    policies: [ref],
    message: `AuthorizationPolicy ${namespace}/${name} is only tried out (dry run): it decides nothing.`,
  }))
}

function addressOf({ addresses }: PodClass, family: AddressFamily | null): AddressSet | null {
  const value = family === null ? null : addresses[family]
  return family === null || value === null ? null : singleAddress({ family, value })
}
