import { COREDNS } from './dns/coredns-format'
import { ENVOY } from './envoy/envoy-format'
import { INGRESS_NGINX } from './ingress/nginx-format'
import { TRAEFIK } from './ingress/traefik-format'
import type { LineFormat } from './line-format'
import { LINKERD_ACCESS } from './linkerd/linkerd-access'
import { LINKERD_TAP } from './linkerd/linkerd-tap'
import { ZTUNNEL } from './ztunnel/ztunnel-format'

/** Logs of proxies and of DNS servers. */
export const ACCESS_FORMATS: readonly LineFormat[] = [ENVOY, TRAEFIK, ZTUNNEL, LINKERD_TAP, LINKERD_ACCESS, COREDNS, INGRESS_NGINX]
