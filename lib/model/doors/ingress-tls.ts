import type { Cluster, Ingress } from '../cluster'
import { ingressHostCovers } from '../host-names'
import { resolveIngressClass } from '../resolve-ingress-class'
import { controllerHabit } from './ingress-controllers'
import { isMerged } from './intended-ingresses'

/** Annotations by which controllers end TLS without `spec.tls`; a value that says nothing of TLS does not count. */
const ANNOTATIONS: readonly (readonly [name: string, value: RegExp])[] = [
  ['alb.ingress.kubernetes.io/certificate-arn', /./],
  ['alb.ingress.kubernetes.io/listen-ports', /"HTTPS"/],
  ['networking.gke.io/managed-certificates', /./],
  ['ingress.gcp.kubernetes.io/pre-shared-cert', /./],
  ['appgw.ingress.kubernetes.io/appgw-ssl-certificate', /./],
  ['traefik.ingress.kubernetes.io/router.tls', /^true$/],
  ['traefik.ingress.kubernetes.io/router.tls.certresolver', /./],
  ['nginx.ingress.kubernetes.io/ssl-passthrough', /^true$/],
]

/** Which Ingresses end TLS, whichever object says so. */
export type IngressTls = {
  /** Whether requests to the host come in over TLS; null asks for any host. */
  covers(ingress: Ingress, host: string | null): boolean
  /** The same of the Ingress as a whole. */
  has(ingress: Ingress): boolean
}

/** TLS as controllers end it: by the Ingress itself, by an annotation, or by another Ingress that is served together with it. */
export function ingressTls(cluster: Cluster): IngressTls {
  const given = new Map<string, Set<string>>()
  for (const ingress of cluster.ingresses) {
    const key = placeOf(cluster, ingress)
    const hosts = given.get(key) ?? new Set<string>()
    given.set(key, hosts)
    for (const host of ingress.tls.flatMap((entry) => entry.hosts)) hosts.add(host)
    if (isAnnotated(ingress)) hosts.add(WHOLE_GROUP)
  }
  const isGiven = (ingress: Ingress, host: string | null): boolean => {
    const hosts = given.get(placeOf(cluster, ingress))
    if (hosts === undefined) return false
    if (isGrouped(ingress) && hosts.has(WHOLE_GROUP)) return true
    return host !== null && isServedTogether(cluster, ingress) && (hosts.has(host) || hosts.has(host.replace(/^[^.]*/, '*')))
  }
  return {
    covers: (ingress, host) => hasOwnTls(ingress, host) || isAnnotated(ingress) || isGiven(ingress, host),
    has: (ingress) => ingress.tls.length > 0 || isAnnotated(ingress) || ingress.rules.some(({ host }) => isGiven(ingress, host)),
  }
}

/** Stands for every host of a load balancer: its certificates are named in one place. */
const WHOLE_GROUP = ''

export function hasOwnTls({ tls }: Ingress, host: string | null): boolean {
  return tls.some(({ hosts }) => hosts.length === 0 || (host !== null && hosts.some((pattern) => ingressHostCovers(pattern, host))))
}

function isAnnotated({ meta }: Ingress): boolean {
  return ANNOTATIONS.some(([name, value]) => value.test(meta.annotations.get(name) ?? ''))
}

const GROUP = 'alb.ingress.kubernetes.io/group.name'

function isGrouped({ meta }: Ingress): boolean {
  return meta.annotations.has(GROUP)
}

/** Controllers that let the oldest win put all Ingresses of a host into one server, with one certificate. */
function isServedTogether(cluster: Cluster, ingress: Ingress): boolean {
  return isMerged(ingress) || controllerHabit(cluster, ingress).conflict === 'oldest'
}

/** What an Ingress may share its certificates with: its group, else its class. */
function placeOf(cluster: Cluster, ingress: Ingress): string {
  const group = ingress.meta.annotations.get(GROUP)
  if (group !== undefined) return JSON.stringify(['group', group])
  const resolved = resolveIngressClass(cluster, ingress)
  return JSON.stringify(['class', resolved.kind === 'none' ? null : resolved.name])
}
