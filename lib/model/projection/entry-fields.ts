import { fields, keys, type Reduce, whole } from './field-tree'
import { CONDITIONS, object } from './object-fields'

const TRAEFIK_SERVICE = [
  'name',
  'kind',
  'namespace',
  'port',
  'weight',
  'strategy',
  'sticky',
  'passHostHeader',
  'scheme',
  'serversTransport',
]
const TRAEFIK_ROUTES = fields(['match', 'kind', 'priority', 'syntax', 'middlewares'], {
  services: fields([...TRAEFIK_SERVICE, 'percent', 'nativeLB', 'nodePortLB', 'tls', 'terminationDelay', 'proxyProtocol']),
})
const TRAEFIK_ROUTE = object({ spec: fields(['entryPoints', 'tls', 'parentRefs', 'ingressClassName'], { routes: TRAEFIK_ROUTES }) })

/** Traefik, by kind. Of what middlewares do the kind is kept, not what they add to requests. */
export const TRAEFIK_FIELDS: Readonly<Record<string, Reduce>> = {
  IngressRoute: TRAEFIK_ROUTE,
  IngressRouteTCP: TRAEFIK_ROUTE,
  IngressRouteUDP: TRAEFIK_ROUTE,
  TraefikService: object({ spec: whole }),
  Middleware: middleware(),
  MiddlewareTCP: middleware(),
  TLSOption: object({ spec: fields(['minVersion', 'maxVersion', 'sniStrict'], { clientAuth: fields(['clientAuthType']) }) }),
  TLSStore: object({ spec: fields(['defaultCertificate', 'certificates']) }),
  ServersTransport: object({ spec: fields(['serverName', 'insecureSkipVerify']) }),
  ServersTransportTCP: object({ spec: fields([], { tls: fields(['serverName', 'insecureSkipVerify']) }) }),
}

function middleware(): Reduce {
  return object({
    spec: keys({
      ipAllowList: whole,
      ipWhiteList: whole,
      chain: whole,
      redirectScheme: whole,
      redirectRegex: whole,
      errors: fields(['status', 'service']),
    }),
  })
}

const WEIGHTED = fields(['kind', 'name', 'weight'])

export const OPENSHIFT_ROUTE: Reduce = object({
  spec: fields(['host', 'subdomain', 'path', 'port', 'wildcardPolicy'], {
    to: WEIGHTED,
    alternateBackends: WEIGHTED,
    // Certificates and their keys stand beside these.
    tls: fields(['termination', 'insecureEdgeTerminationPolicy', 'externalCertificate']),
  }),
  status: fields([], { ingress: fields(['host', 'routerName', 'routerCanonicalHostname', 'wildcardPolicy'], { conditions: CONDITIONS }) }),
})

const NGINX_ACTION = fields(['pass'], {
  redirect: fields(['url', 'code']),
  return: fields(['code']),
  proxy: fields(['upstream', 'rewritePath']),
})
const NGINX_SPLITS = fields(['weight'], { action: NGINX_ACTION })
const NGINX_UPSTREAMS = fields([
  'name',
  'service',
  'port',
  'subselector',
  'lb-method',
  'tls',
  'type',
  'backup',
  'backupPort',
  'use-cluster-ip',
  'max-conns',
])
const NGINX_ROUTES = fields(['path', 'route'], {
  action: NGINX_ACTION,
  splits: NGINX_SPLITS,
  matches: fields(['conditions'], { action: NGINX_ACTION, splits: NGINX_SPLITS }),
})
const NGINX_STATUS = fields(['state', 'reason', 'message', 'externalEndpoints', 'referencedBy'])

/** NGINX's own kinds; snippets of configuration are left out. */
export const NGINX_FIELDS: Readonly<Record<string, Reduce>> = {
  VirtualServer: object({
    spec: fields(['host', 'ingressClassName', 'listener', 'gunzip', 'policies'], {
      tls: fields(['secret', 'redirect', 'cert-manager']),
      upstreams: NGINX_UPSTREAMS,
      routes: NGINX_ROUTES,
    }),
    status: NGINX_STATUS,
  }),
  VirtualServerRoute: object({
    spec: fields(['host', 'ingressClassName'], { upstreams: NGINX_UPSTREAMS, subroutes: NGINX_ROUTES }),
    status: NGINX_STATUS,
  }),
  TransportServer: object({
    spec: fields(['host', 'ingressClassName', 'listener'], { tls: fields(['secret']), upstreams: NGINX_UPSTREAMS, action: NGINX_ACTION }),
    status: NGINX_STATUS,
  }),
}

const CONTOUR_SERVICES = fields(['name', 'port', 'weight', 'protocol', 'mirror'])

export const CONTOUR_PROXY: Reduce = object({
  spec: fields(['ingressClassName', 'includes'], {
    virtualhost: fields(['fqdn'], { tls: fields(['secretName', 'passthrough', 'minimumProtocolVersion']) }),
    routes: fields(
      ['conditions', 'permitInsecure', 'enableWebsockets', 'loadBalancerPolicy', 'requestRedirectPolicy', 'pathRewritePolicy'],
      {
        services: CONTOUR_SERVICES,
        directResponsePolicy: fields(['statusCode']),
      },
    ),
    tcpproxy: fields(['include', 'includes'], { services: CONTOUR_SERVICES }),
  }),
  status: fields(['currentStatus', 'description'], { loadBalancer: fields(['ingress']) }),
})
