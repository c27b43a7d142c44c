import { isRecord } from '../fields'
import { currentGroup, isPolicyKind } from '../object-kinds'
import { BUILT_IN_FIELDS } from './built-in-fields'
import { CERTIFICATE } from './certificate-fields'
import { CONTOUR_PROXY, NGINX_FIELDS, OPENSHIFT_ROUTE, TRAEFIK_FIELDS } from './entry-fields'
import type { Reduce } from './field-tree'
import { GATEWAY_FIELDS } from './gateway-fields'
import { InternPool } from './intern-pool'
import { ISTIO_NETWORKING_FIELDS, LINKERD_FIELDS } from './mesh-fields'
import { MONITORING_FIELDS } from './monitoring-fields'
import { METADATA_ONLY, POLICY_AS_WRITTEN, SPEC_AS_WRITTEN } from './object-fields'
import { ANTREA_FIELDS, CALICO_FIELDS, CILIUM_FIELDS, OPENSHIFT_NETWORK, OVN_FIELDS, POLICY_ENDPOINT, TIGERA_FIELDS } from './plugin-fields'

/** Kinds by `GROUP/KIND`; a kind that stands in no table keeps its metadata. */
const TABLE: ReadonlyMap<string, Reduce> = new Map([
  ...Object.entries(BUILT_IN_FIELDS),
  ...inGroup('gateway.networking.k8s.io', GATEWAY_FIELDS),
  ...inGroup('networking.istio.io', ISTIO_NETWORKING_FIELDS),
  ...inGroup('linkerd.io', LINKERD_FIELDS),
  ...inGroup('split.smi-spec.io', { TrafficSplit: SPEC_AS_WRITTEN }),
  ...inGroup('projectcalico.org', CALICO_FIELDS),
  ...inGroup('crd.projectcalico.org', CALICO_FIELDS),
  ...inGroup('operator.tigera.io', TIGERA_FIELDS),
  ...inGroup('cilium.io', CILIUM_FIELDS),
  ...inGroup('crd.antrea.io', ANTREA_FIELDS),
  ...inGroup('k8s.ovn.org', OVN_FIELDS),
  ...inGroup('config.openshift.io', { Network: OPENSHIFT_NETWORK }),
  ...inGroup('route.openshift.io', { Route: OPENSHIFT_ROUTE }),
  ...inGroup('networking.k8s.aws', { PolicyEndpoint: POLICY_ENDPOINT }),
  ...inGroup('traefik.io', TRAEFIK_FIELDS),
  ...inGroup('traefik.containo.us', TRAEFIK_FIELDS),
  ...inGroup('k8s.nginx.org', NGINX_FIELDS),
  ...inGroup('projectcontour.io', { HTTPProxy: CONTOUR_PROXY }),
  ...inGroup('cert-manager.io', { Certificate: CERTIFICATE }),
  ...inGroup('monitoring.coreos.com', MONITORING_FIELDS),
])

/**
 * The part of an object that is looked at: no values of environment variables, no data of Secrets, nothing that tools
 * write beside an object. Reading it gives what reading the whole object gives, except for annotations that nobody asks
 * for. The value given must not be used afterwards, since parts of it may be in the result.
 *
 * Equal parts of bodies that go through one pool are one value.
 */
export function project(body: unknown, pool: InternPool = new InternPool()): unknown {
  if (!isRecord(body)) return null
  const { apiVersion, kind } = body
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return METADATA_ONLY(body, pool)
  const reduce = isPolicyKind(apiVersion, kind) ? POLICY_AS_WRITTEN : TABLE.get(`${currentGroup(apiVersion, kind)}/${kind}`)
  return (reduce ?? METADATA_ONLY)(body, pool)
}

function inGroup(group: string, kinds: Readonly<Record<string, Reduce>>): readonly (readonly [string, Reduce])[] {
  return Object.entries(kinds).map(([kind, reduce]) => [`${group}/${kind}`, reduce])
}
