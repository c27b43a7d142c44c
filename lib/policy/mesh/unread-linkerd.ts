import type { Cluster } from '../../model/cluster'
import { isReadIn } from '../../model/is-read'
import { unreadRaw } from '../unread-objects'
import { standIn } from './doubt'
import { type LinkerdAuthorization, readServerAuthorization } from './linkerd-authorization'
import { type LinkerdRoute, routeNotRead } from './linkerd-route'
import { type LinkerdServer, readServer } from './linkerd-server'

const GROUP = 'policy.linkerd.io'
const SERVER = `${GROUP}/Server`
const AUTHORIZATIONS = ['ServerAuthorization', 'AuthorizationPolicy', 'MeshTLSAuthentication', 'NetworkAuthentication'].map(
  (kind) => `${GROUP}/${kind}`,
)

/** What stands for policies of Linkerd that could not be read; they all speak of their own namespace. */
export class UnreadLinkerd {
  private readonly server: LinkerdServer = standIn(readServer(unreadRaw(GROUP, 'Server')))
  private readonly authorization: LinkerdAuthorization = standIn(readServerAuthorization(unreadRaw(GROUP, 'ServerAuthorization'), ''))

  constructor(private readonly cluster: Cluster) {}

  get hasServers(): boolean {
    return this.cluster.unread.has(SERVER)
  }

  serversIn(namespace: string): readonly LinkerdServer[] {
    return isReadIn(this.cluster, namespace, SERVER) ? [] : [this.server]
  }

  /** Also where only what authorizations refer to could not be read: they then name clients that nobody knows. */
  authorizationsIn(namespace: string): readonly LinkerdAuthorization[] {
    return isReadIn(this.cluster, namespace, ...AUTHORIZATIONS) ? [] : [this.authorization]
  }

  routesOf({ namespace, protocol }: LinkerdServer): readonly LinkerdRoute[] {
    const kind = protocol === 'grpc' ? 'GRPCRoute' : 'HTTPRoute'
    return isReadIn(this.cluster, namespace, `${GROUP}/${kind}`, `gateway.networking.k8s.io/${kind}`) ? [] : [routeNotRead(kind)]
  }
}
