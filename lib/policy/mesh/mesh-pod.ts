import type { Pod } from '../../model/cluster'
import type { PodMesh } from '../../platform/mesh/membership'
import type { PortRange } from '../types'
import { type IstioTarget, istioBounds } from './istio-mesh'
import { type LinkerdTarget, linkerdBounds } from './linkerd-mesh'
import { boundsOf } from './port-list'

/** A pod as its mesh sees it, from both ends. */
export type MeshPod = {
  readonly pod: Pod
  readonly mesh: PodMesh
  /** What is applied to it as a destination; null for a pod in no mesh. */
  readonly target: MeshTarget | null
  /** Destination ports to which it sends past its proxy, so without a certificate. */
  readonly unseen: readonly PortRange[]
}

export type MeshTarget =
  | { readonly mesh: 'istio'; readonly istio: IstioTarget }
  | { readonly mesh: 'linkerd'; readonly linkerd: LinkerdTarget }

/** Every port at which the answer between two pods may change, in order, from 1. */
export function boundsBetween(unseen: readonly PortRange[], target: MeshTarget): readonly number[] {
  const named = target.mesh === 'istio' ? istioBounds(target.istio) : linkerdBounds(target.linkerd)
  const inRange = [...named, ...boundsOf(unseen)].filter((port) => port > 1 && port <= 65_535)
  return [1, ...new Set(inRange)].sort((a, b) => a - b)
}

/** Gives every object a number of its own. */
export class Numbering {
  private readonly numbers = new Map<object, number>()

  of(object: object): number {
    const known = this.numbers.get(object)
    if (known !== undefined) return known
    this.numbers.set(object, this.numbers.size)
    return this.numbers.size - 1
  }
}

/** Equal for pods that no mesh policy tells apart, at neither end, beside their addresses. */
export function meshPodKey({ pod, mesh, target, unseen }: MeshPod, numbering: Numbering): string {
  if (target === null) return ''
  const client = [mesh.mesh, mesh.isMember, pod.namespace, pod.serviceAccount, unseen]
  return JSON.stringify([client, targetKey(target, numbering)])
}

function targetKey(target: MeshTarget, numbering: Numbering): unknown {
  const number = (object: object): number => numbering.of(object)
  if (target.mesh === 'linkerd') {
    const { servers, byDefault, identityPorts, skipped } = target.linkerd
    return [servers.map(({ server, ports }) => [number(server), ports]), byDefault.policy, identityPorts, skipped]
  }
  const { dataplane, policies, mtls, protocols, isGateway, excluded, included, waypoint } = target.istio
  const way = waypoint === null ? null : [waypoint.identity, waypoint.policies.map(number)]
  return [dataplane, policies.map(number), mtls.map((level) => level.map(number)), [...protocols], isGateway, excluded, included, way]
}
