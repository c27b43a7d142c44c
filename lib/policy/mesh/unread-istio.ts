import type { Cluster } from '../../model/cluster'
import { isReadIn } from '../../model/is-read'
import { unreadRaw } from '../unread-objects'
import { standIn } from './doubt'
import { type AuthorizationPolicy, readAuthorizationPolicy } from './istio-authorization-policy'
import { type MtlsLevels, type PeerAuthentication, readPeerAuthentication } from './peer-authentication'

const GROUP = 'security.istio.io'
const AUTHORIZATION_POLICY = `${GROUP}/AuthorizationPolicy`
const PEER_AUTHENTICATION = `${GROUP}/PeerAuthentication`

/** What stands for policies of Istio that could not be read: in the namespace of a pod, and in the one that speaks for all. */
export class UnreadIstio {
  private readonly policy: AuthorizationPolicy = standIn(readAuthorizationPolicy(unreadRaw(GROUP, 'AuthorizationPolicy'), ''))
  private readonly authentication: PeerAuthentication = standIn(readPeerAuthentication(unreadRaw(GROUP, 'PeerAuthentication')))

  constructor(
    private readonly cluster: Cluster,
    private readonly rootNamespace: string,
  ) {}

  get isAnything(): boolean {
    return this.cluster.unread.has(AUTHORIZATION_POLICY) || this.cluster.unread.has(PEER_AUTHENTICATION)
  }

  policiesFor(...namespaces: readonly string[]): readonly AuthorizationPolicy[] {
    const isRead = [this.rootNamespace, ...namespaces].every((namespace) => isReadIn(this.cluster, namespace, AUTHORIZATION_POLICY))
    return isRead ? [] : [this.policy]
  }

  /** Those of the root namespace count for the whole mesh, those of the pod's own may be as near to it as any. */
  authenticationsFor(namespace: string): MtlsLevels {
    const hidden = (place: string) => (isReadIn(this.cluster, place, PEER_AUTHENTICATION) ? [] : [this.authentication])
    return [hidden(this.rootNamespace), [], hidden(namespace)]
  }
}
