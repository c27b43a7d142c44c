import { DoorDraft } from '../../model/doors/door-draft'
import { followDestination, hasSubsetPods } from '../../model/doors/istio-destinations'
import { checkProxies } from '../../model/doors/istio-doors'
import { namesGateway } from '../../model/doors/istio-gateways'
import { istioHost } from '../../model/doors/istio-hosts'
import { entryIndex } from '../../model/entry/entry-index'
import type { DestinationRule, VirtualService } from '../../model/entry/istio-objects'
import type { ClusterView } from '../cluster-view'
import type { FindingDraft } from '../make-finding'
import { findingOfProblem } from './problem-finding'

/** MS-04: hosts, subsets, ports, gateways and selectors of Istio's objects that name nothing that exists. */
export function* findMeshReferences(view: ClusterView): Iterable<FindingDraft | null> {
  const index = entryIndex(view.cluster)
  const draft = new DoorDraft()
  for (const gateway of index.all('IstioGateway')) checkProxies(view.cluster, gateway, draft)
  for (const service of index.all('VirtualService')) {
    checkVirtualService(view, service, draft)
    yield null
  }
  for (const rule of index.all('DestinationRule')) checkDestinationRule(view, rule, draft)
  for (const problem of draft.problems) yield* findingOfProblem(problem, null, view)
}

function checkVirtualService(view: ClusterView, service: VirtualService, draft: DoorDraft): void {
  const { cluster } = view
  const { meta, namespace, name, gateways, hosts, routes } = service
  const known = entryIndex(cluster).all('IstioGateway')
  gateways.forEach((text, index) => {
    if (text === 'mesh' || !view.isRead('networking.istio.io/Gateway')) return
    if (known.some((gateway) => namesGateway(text, namespace, gateway))) return
    const message = `VirtualService ${namespace}/${name} names Gateway ${text}, which does not exist`
    draft.problem('destination-missing', 'error', message, { meta, path: ['spec', 'gateways', index], value: text })
  })
  hosts.forEach((text, index) => {
    const host = istioHost(cluster, text, namespace)
    if (!gateways.includes('mesh') || host.kind !== 'missing' || !view.isRead('/Service')) return
    const message = `VirtualService ${namespace}/${name} is about ${host.name}, which does not exist`
    draft.problem('destination-missing', 'error', message, { meta, path: ['spec', 'hosts', index], value: text })
  })
  for (const route of routes) {
    for (const destination of [...route.destinations, ...route.mirrors]) {
      for (const problem of followDestination(cluster, service, destination).problems) {
        if (problem.code !== 'no-ready-endpoints') draft.add(problem)
      }
    }
  }
}

function checkDestinationRule(view: ClusterView, rule: DestinationRule, draft: DoorDraft): void {
  const { meta, namespace, name, host: text, subsets } = rule
  const host = istioHost(view.cluster, text, namespace)
  const title = `DestinationRule ${namespace}/${name}`
  if (host.kind === 'missing' && view.isRead('/Service')) {
    const place = { meta, path: ['spec', 'host'], value: text }
    draft.problem('destination-missing', 'error', `${title} is about ${host.name}, which does not exist`, place)
  }
  const service = host.kind === 'service' ? view.cluster.services.get(host.service) : undefined
  if (service === undefined) return
  subsets.forEach((subset, index) => {
    if (hasSubsetPods(view.cluster, service, subset.labels)) return
    const labels = [...subset.labels].map(([key, value]) => `${key}=${value}`).join(', ')
    const message = `${title} has a subset ${subset.name}, and no pod of Service ${service.namespace}/${service.name} has ${labels}`
    draft.problem('destination-missing', 'warning', message, { meta, path: ['spec', 'subsets', index, 'labels'], value: labels })
  })
}
