import type { Cluster, Service } from '../../model/cluster'
import { type Evidence, fieldEvidence } from '../evidence'
import { detectMeshes } from '../mesh/detect-meshes'
import { settingOf } from '../settings'
import { destinationRulesOf, ruleStrategy } from './destination-rules'
import { detectServiceProxy, ipvsStrategy } from './service-proxy'

const CILIUM = 'kube-system/cilium-config'

/** One way in which connections to a Service are spread over its endpoints. */
export type SpreadRule = {
  /** For whom it holds: `inside the cluster`, `clients in the Istio mesh`. */
  readonly clients: string
  /** How an endpoint is chosen, in plain words. */
  readonly strategy: string
  /** null where nothing in the cluster says it: what is shown is what the program does by itself. */
  readonly from: Evidence | null
}

/** How connections to a Service find their endpoint, and where that was read. */
export function spreadOf(cluster: Cluster, service: Service, zone: string): readonly SpreadRule[] {
  if (service.type === 'ExternalName') {
    const from = fieldEvidence('object', serviceObject(service), 'spec.externalName', service.externalName ?? '')
    return [{ clients: 'Everybody', strategy: 'not at all: it is another name for a host', from }]
  }
  return [...byProxy(cluster, service), ...byMesh(cluster, service, zone)]
}

function byProxy(cluster: Cluster, service: Service): readonly SpreadRule[] {
  const clients = 'Inside the cluster'
  if (service.headless) {
    const from = fieldEvidence('object', serviceObject(service), 'spec.clusterIP', 'None')
    return [{ clients, strategy: 'the client chooses: names answer with the addresses of the pods', from }]
  }
  const own = ownStrategy(cluster, service)
  const rules: SpreadRule[] = [own ?? byDefault(cluster, clients)]
  const { mode, timeoutSeconds } = service.sessionAffinity
  if (mode === 'ClientIP') {
    const from = fieldEvidence('object', serviceObject(service), 'spec.sessionAffinity', mode)
    rules.push({ clients: 'After that', strategy: `each client address keeps its endpoint for ${timeoutSeconds ?? 10_800} s`, from })
  }
  return [...rules, ...byPlace(cluster, service)]
}

function byDefault(cluster: Cluster, clients: string): SpreadRule {
  const { program, strategy } = detectServiceProxy(cluster)
  if (strategy !== null) return { clients, strategy: `${strategy.value} (${program})`, from: strategy.from }
  if (program === null) return { clients, strategy: 'cannot tell: no proxy of Services was seen', from: null }
  return { clients, strategy: `cannot tell: the mode of ${program} was not seen (random unless it is IPVS)`, from: null }
}

/** Annotations by which one Service asks for another way. */
function ownStrategy(cluster: Cluster, service: Service): SpreadRule | null {
  const { program } = detectServiceProxy(cluster)
  const { annotations } = service.meta
  const clients = 'Inside the cluster'
  const scheduler = program === 'kube-router' ? annotations.get('kube-router.io/service.scheduler') : undefined
  if (scheduler !== undefined) {
    const from = fieldEvidence('annotation', serviceObject(service), 'kube-router.io/service.scheduler', scheduler)
    return { clients, strategy: `${ipvsStrategy(scheduler)} (kube-router)`, from }
  }
  // Cilium looks at the annotation only where it is told to.
  const isLookedAt = program === 'Cilium' && settingOf(cluster, CILIUM, 'bpf-lb-algorithm-annotation')?.value === 'true'
  const algorithm = isLookedAt ? annotations.get('service.cilium.io/lb-algorithm') : undefined
  if (algorithm === undefined) return null
  const strategy = algorithm === 'maglev' ? 'Maglev: by hash of addresses and ports' : 'random for each connection'
  return {
    clients,
    strategy: `${strategy} (Cilium)`,
    from: fieldEvidence('annotation', serviceObject(service), 'service.cilium.io/lb-algorithm', algorithm),
  }
}

/** Which endpoints come into question at all, by where client and endpoint stand. */
function byPlace(cluster: Cluster, service: Service): readonly SpreadRule[] {
  const rules: SpreadRule[] = []
  if (service.internalTrafficPolicy === 'Local') {
    const from = fieldEvidence('object', serviceObject(service), 'spec.internalTrafficPolicy', 'Local')
    rules.push({ clients: 'Inside the cluster', strategy: 'only endpoints on the machine of the client; none there: no connection', from })
  }
  if (service.externalTrafficPolicy === 'Local' && service.type !== 'ClusterIP') {
    const from = fieldEvidence('object', serviceObject(service), 'spec.externalTrafficPolicy', 'Local')
    rules.push({ clients: 'From outside', strategy: 'only endpoints on the machine that it arrives at; none there: no connection', from })
  }
  const wish = wishOf(service)
  if (wish !== null) rules.push({ clients: 'Inside the cluster', strategy: `${wish.words}; ${hintsOf(cluster, service)}`, from: wish.from })
  return rules
}

const DISTRIBUTIONS: ReadonlyMap<string, string> = new Map([
  ['PreferSameZone', 'endpoints in the zone of the client first'],
  ['PreferClose', 'endpoints in the zone of the client first'],
  ['PreferSameNode', 'endpoints on the machine of the client first'],
])

/** The field counts before the annotation. */
function wishOf(service: Service): { readonly words: string; readonly from: Evidence } | null {
  const { trafficDistribution, meta } = service
  if (trafficDistribution !== null) {
    const words = DISTRIBUTIONS.get(trafficDistribution) ?? trafficDistribution
    return { words, from: fieldEvidence('object', serviceObject(service), 'spec.trafficDistribution', trafficDistribution) }
  }
  const annotation = 'service.kubernetes.io/topology-mode'
  const mode = meta.annotations.get(annotation)
  if (mode?.toLowerCase() !== 'auto') return null
  return { words: 'endpoints in the zone of the client first', from: fieldEvidence('annotation', serviceObject(service), annotation, mode) }
}

/** Hints are followed only when every endpoint has one, and by proxies that know of them. */
function hintsOf(cluster: Cluster, service: Service): string {
  const endpoints = cluster.endpointSlices
    .filter((slice) => slice.namespace === service.namespace && slice.service === service.name)
    .flatMap((slice) => slice.endpoints.filter(({ ready }) => ready))
  if (endpoints.length === 0) return 'no ready endpoint shows a hint'
  const without = endpoints.filter(({ hintZones, hintNodes }) => hintZones.length + hintNodes.length === 0).length
  if (without === 0) return followed(cluster)
  return `not followed, ${without} of ${endpoints.length} ready endpoints ${endpoints.length === 1 ? 'has' : 'have'} no hint`
}

function followed(cluster: Cluster): string {
  const { program } = detectServiceProxy(cluster)
  const all = 'every ready endpoint has a hint'
  if (program?.startsWith('kube-proxy')) return `followed, ${all}`
  if (program !== 'Cilium') return `${all}; whether ${program ?? 'the proxy of Services'} follows them cannot be told`
  const isOn = settingOf(cluster, CILIUM, 'enable-service-topology')?.value === 'true'
  return isOn ? `followed, ${all}` : `not followed: Cilium does so only with enable-service-topology, though ${all}`
}

function byMesh(cluster: Cluster, service: Service, zone: string): readonly SpreadRule[] {
  const names = new Set(detectMeshes(cluster).flatMap(({ name, state }) => (state === 'running' ? [name] : [])))
  const rules: SpreadRule[] = []
  const [rule] = destinationRulesOf(cluster, service, zone).filter((one) => ruleStrategy(one) !== null)
  const stated = rule === undefined ? null : ruleStrategy(rule)
  if (stated !== null) rules.push({ clients: 'Clients in the Istio mesh', strategy: stated.value, from: stated.from })
  else if (names.has('Istio') && !service.headless) {
    rules.push({
      clients: 'Clients in the Istio mesh',
      strategy: 'the endpoint with the fewest requests, of two drawn by lot (the default of Istio)',
      from: null,
    })
  }
  if (names.has('Linkerd')) {
    const strategy = service.headless
      ? 'not at all: a headless Service names its pods'
      : 'HTTP and gRPC by request, to the endpoint that answers fastest (EWMA); everything else by connection'
    rules.push({ clients: 'Clients in the Linkerd mesh', strategy, from: null })
  }
  return rules
}

function serviceObject({ namespace, name }: Service) {
  return { kind: 'Service', namespace, name } as const
}
