import type { EndpointSlice, Service } from '../../model/cluster'
import { clusterIndex } from '../../model/cluster-index'
import { compareText } from '../../model/compare-text'
import type { FieldPath } from '../../model/field-locator'
import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'
import type { ServiceFacts } from './service-facts'

/** What a Service asks for, and where it says so. */
type Wish = { readonly text: string; readonly value: string; readonly path: FieldPath; readonly near: 'zone' | 'machine' }

/** Both spellings that servers know. */
const ANNOTATIONS = ['service.kubernetes.io/topology-mode', 'service.kubernetes.io/topology-aware-hints'] as const

/** SV-14: near endpoints are asked for, and traffic goes anywhere. Source: KEP-2433, kube-proxy's topology.go. */
export function* findTopologyHints(view: ClusterView): Iterable<FindingDraft | null> {
  if (view.cluster.nodes.size === 0 || !view.isRead('/Node', 'discovery.k8s.io/EndpointSlice')) return
  for (const facts of view.services) {
    yield null
    const wish = wishOf(facts.service)
    if (wish === null || facts.ready.length === 0) continue
    const obstacle = zonesMissing(view, wish) ?? hintsMissing(facts, wish, view) ?? oneZone(facts, wish, view)
    if (obstacle === null) continue
    yield makeFinding('SV-14', aboutService(facts.service.meta), { field: wish.path, value: wish.value, ...obstacle })
  }
}

function wishOf({ trafficDistribution, meta, type }: Service): Wish | null {
  if (type === 'ExternalName') return null
  if (trafficDistribution !== null) {
    const near = trafficDistribution === 'PreferSameNode' ? 'machine' : 'zone'
    return { text: `trafficDistribution ${trafficDistribution}`, value: trafficDistribution, path: ['spec', 'trafficDistribution'], near }
  }
  for (const name of ANNOTATIONS) {
    const value = meta.annotations.get(name)
    if (value !== undefined && value.toLowerCase() === 'auto')
      return { text: `${name}: ${value}`, value, path: ['metadata', 'annotations', name], near: 'zone' }
  }
  return null
}

type Obstacle = { readonly message: string; readonly evidence: readonly string[] }

function zonesMissing({ cluster }: ClusterView, { near }: Wish): Obstacle | null {
  if (near !== 'zone') return null
  const names = [...cluster.nodes.values()].filter(({ zone }) => zone === null).map(({ name }) => name)
  if (names.length === 0) return null
  const total = cluster.nodes.size
  return {
    message: `${names.length} of ${total} machines have no zone, so traffic is not kept in zones.`,
    evidence: names.sort(compareText).map((name) => `${name} has no label topology.kubernetes.io/zone`),
  }
}

/** Hints count only when every endpoint has one. */
function hintsMissing({ service }: ServiceFacts, { near, text }: Wish, { cluster }: ClusterView): Obstacle | null {
  const slices = (clusterIndex(cluster).slicesByService.get(service.ref) ?? []).filter(({ from }) => from === 'EndpointSlice')
  const ready = slices.flatMap((slice) => slice.endpoints.filter((endpoint) => endpoint.ready))
  const bare = ready.filter((endpoint) => !hasHint(endpoint, near))
  if (bare.length === 0) return null
  return {
    message: `Hints are ignored: ${bare.length} of ${ready.length} endpoints have none.`,
    evidence: [text, ...bare.map(({ targetPod, addresses }) => `${targetPod ?? addresses[0]} has no hint`).sort(compareText)],
  }
}

function hasHint({ hintZones, hintNodes }: EndpointSlice['endpoints'][number], near: Wish['near']): boolean {
  return near === 'machine' ? hintNodes.length > 0 || hintZones.length > 0 : hintZones.length > 0
}

function oneZone({ ready }: ServiceFacts, { near }: Wish, { cluster }: ClusterView): Obstacle | null {
  if (near !== 'zone') return null
  const zones = new Set([...cluster.nodes.values()].flatMap(({ zone }) => zone ?? []))
  const used = new Set(ready.flatMap(({ nodeName }) => (nodeName === null ? [] : (cluster.nodes.get(nodeName)?.zone ?? []))))
  const [only] = used
  if (zones.size < 2 || used.size !== 1 || only === undefined) return null
  const other = [...zones].filter((zone) => zone !== only).sort(compareText)
  return {
    message: `All endpoints are in zone ${only}, so clients in other zones cross zones.`,
    evidence: other.map((zone) => `zone ${zone} has machines and no endpoint`),
  }
}
