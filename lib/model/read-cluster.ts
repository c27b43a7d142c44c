import { buildWorkloads } from './build-workloads'
import type {
  Cluster,
  ClusterNode,
  EndpointSlice,
  Gateway,
  GatewayClass,
  GatewayRoute,
  Ingress,
  IngressClass,
  ListenerSet,
  Namespace,
  ReferenceGrant,
  Service,
  Settings,
} from './cluster'
import type { EntryObject } from './entry/entry-object'
import type { ProblemSink } from './fields'
import { documentProblem, Fields, isRecord } from './fields'
import { flattenLists } from './flatten-lists'
import { readSettings } from './named-settings'
import type { PodRef, ServiceRef, WorkloadRef } from './names'
import { workloadRef } from './names'
import type { ObjectMeta, RawObject } from './object'
import { currentGroup, declaredClusterScoped, isNetworkKind, isPolicyKind } from './object-kinds'
import type { InputProblem } from './problem'
import { formatProblem } from './problem'
import { rawObject, withoutEnvironment } from './raw-object'
import type { Scopes } from './read-meta'
import { readMeta } from './read-meta'
import { readEndpointSlice } from './readers/endpoint-slice'
import { readEndpoints } from './readers/endpoints'
import { ENTRY_READERS } from './readers/entry/entry-readers'
import { readGateway, readGatewayClass, readListenerSet } from './readers/gateway'
import { ROUTE_KINDS, readGatewayRoute } from './readers/gateway-route'
import { readIngress, readIngressClass } from './readers/ingress'
import { impliedNamespace, readNamespace } from './readers/namespace'
import { readNode } from './readers/node'
import type { PodObject } from './readers/pod'
import { readPod } from './readers/pod'
import { readReferenceGrant } from './readers/reference-grant'
import { readService } from './readers/service'
import type { WorkloadObject } from './readers/workload'
import { isWorkloadKind, readWorkload } from './readers/workload'
import type { SourceDocument } from './source-document'

export type { SourceDocument } from './source-document'

export type ReadClusterOptions = {
  readonly name: string
  readonly source: Cluster['source']
  /** Where namespaced objects go that name no namespace, as `kubectl -n` says it; `default` when left out. */
  readonly defaultNamespace?: string
  /** Becomes `Cluster.unread`; none when left out. */
  readonly unread?: Cluster['unread']
}

/** Problems that are kept; the rest is counted in one last line. */
export const MAX_PROBLEMS = 1_000

/**
 * Makes one cluster of any number of documents.
 *
 * Never throws on input: what cannot be read is a problem of the result and costs only itself. Later documents win
 * on equal group, kind, namespace and name. Lists are taken apart. Kinds without a reader end up in `others`.
 */
export function readCluster(documents: readonly SourceDocument[], options: ReadClusterOptions): Cluster {
  const flat = flattenLists(documents)
  const clusterScoped = declaredClusterScoped(flat.map(({ body }) => body))
  const reading = new Reading(options, { defaultNamespace: options.defaultNamespace ?? 'default', clusterScoped })
  for (const document of latest(flat, reading)) reading.read(document)
  return reading.finish()
}

type Identified = { readonly document: SourceDocument; readonly fields: Fields; readonly meta: ObjectMeta }

/** The last document of each object, in the order in which the objects came up first. */
function latest(documents: readonly SourceDocument[], reading: Reading): Iterable<Identified> {
  const objects = new Map<string, Identified>()
  for (const document of documents) {
    const identified = reading.identify(document)
    if (identified === null) continue
    const { apiVersion, kind, namespace, name } = identified.meta
    const key = `${currentGroup(apiVersion, kind)}/${kind}/${namespace ?? ''}/${name}`
    const earlier = objects.get(key)?.document.origin
    if (earlier && earlier.file === document.origin?.file) {
      const place = namespace === null ? name : `${namespace}/${name}`
      const message = `${kind} ${place} was already written in line ${earlier.line}; the later one counts`
      reading.report(documentProblem(document, ['metadata', 'name'], 'warning', message))
    }
    objects.set(key, identified)
  }
  return objects.values()
}

class Reading {
  private readonly problems: InputProblem[] = []
  private readonly reported = new Set<string>()
  private hiddenProblems = 0
  private readonly namespaces = new Map<string, Namespace>()
  private readonly mentioned = new Set<string>()
  private readonly nodes = new Map<string, ClusterNode>()
  private readonly pods = new Map<PodRef, PodObject>()
  private readonly workloads = new Map<WorkloadRef, WorkloadObject>()
  private readonly services = new Map<ServiceRef, Service>()
  private readonly endpointSlices: EndpointSlice[] = []
  private readonly ingresses: Ingress[] = []
  private readonly ingressClasses = new Map<string, IngressClass>()
  private readonly gatewayClasses = new Map<string, GatewayClass>()
  private readonly gateways = new Map<string, Gateway>()
  private readonly listenerSets: ListenerSet[] = []
  private readonly routes: GatewayRoute[] = []
  private readonly referenceGrants: ReferenceGrant[] = []
  private readonly entryObjects: EntryObject[] = []
  private readonly configMaps = new Set<string>()
  private readonly settings = new Map<string, Settings>()
  private readonly secrets = new Map<string, string>()
  private readonly serviceAccounts = new Map<string, ObjectMeta>()
  private readonly policies: RawObject[] = []
  private readonly networkObjects: RawObject[] = []
  private readonly others: RawObject[] = []

  constructor(
    private readonly options: ReadClusterOptions,
    private readonly scopes: Scopes,
  ) {}

  readonly report: ProblemSink = (problem) => {
    if (this.problems.length >= MAX_PROBLEMS) {
      this.hiddenProblems++
      return
    }
    const text = formatProblem(problem)
    // Two readers may look at one field.
    if (this.reported.has(text)) return
    this.reported.add(text)
    this.problems.push(problem)
  }

  identify(document: SourceDocument): Identified | null {
    if (!isRecord(document.body)) {
      this.report(documentProblem(document, [], 'error', 'this document is no Kubernetes object'))
      return null
    }
    const fields = new Fields(document.body, document, this.report)
    const meta = readMeta(fields, document.origin, this.scopes)
    return meta === null ? null : { document, fields, meta }
  }

  read(object: Identified): void {
    const { document, fields, meta } = object
    const reader = this.readerOf(meta)
    // Nobody knows whether a custom kind has namespaces at all; one that states none says nothing about the default.
    const isInNamespace = meta.namespace !== null && (reader !== null || fields.object('metadata').has('namespace'))
    if (isInNamespace && meta.namespace !== null) this.mentioned.add(meta.namespace)
    if (reader === null) this.others.push(withoutEnvironment(rawObject(document, meta)))
    else reader(object)
  }

  /** null for kinds that nobody reads. */
  private readerOf(meta: ObjectMeta): ((object: Identified) => void) | null {
    const group = currentGroup(meta.apiVersion, meta.kind)
    if (isWorkloadKind(group, meta.kind)) {
      return ({ fields }) => this.workloads.set(workloadRef(meta.namespace ?? '', meta.name, meta.kind), readWorkload(fields, meta))
    }
    if (isPolicyKind(meta.apiVersion, meta.kind)) return ({ document }) => this.policies.push(rawObject(document, meta))
    if (isNetworkKind(meta.apiVersion, meta.kind)) return ({ document }) => this.networkObjects.push(rawObject(document, meta))
    const routeKind = ROUTE_KINDS.find((kind) => kind === meta.kind)
    if (group === 'gateway.networking.k8s.io' && routeKind !== undefined) {
      return ({ fields }) => this.routes.push(readGatewayRoute(fields, meta, routeKind))
    }
    const entryReader = ENTRY_READERS.get(`${group}/${meta.kind}`)
    if (entryReader !== undefined) return ({ fields }) => this.entryObjects.push(entryReader(fields, meta))
    return this.readers.get(`${group}/${meta.kind}`) ?? null
  }

  private readonly readers: ReadonlyMap<string, (object: Identified) => void> = new Map<string, (object: Identified) => void>([
    ['/Namespace', ({ meta }) => this.namespaces.set(meta.name, readNamespace(meta))],
    ['/Node', ({ fields, meta }) => this.nodes.set(meta.name, readNode(fields, meta))],
    ['/Pod', ({ fields, meta }) => setByRef(this.pods, readPod(fields, meta))],
    ['/Service', ({ fields, meta }) => setByRef(this.services, readService(fields, meta))],
    ['/Endpoints', ({ fields, meta }) => this.endpointSlices.push(...readEndpoints(fields, meta))],
    ['/ConfigMap', ({ fields, meta }) => this.readConfigMap(fields, meta)],
    ['/Secret', ({ fields, meta }) => this.secrets.set(placeOf(meta), fields.string('type') ?? 'Opaque')],
    ['/ServiceAccount', ({ meta }) => this.serviceAccounts.set(placeOf(meta), meta)],
    ['discovery.k8s.io/EndpointSlice', ({ fields, meta }) => this.endpointSlices.push(readEndpointSlice(fields, meta))],
    ['networking.k8s.io/Ingress', ({ fields, meta }) => this.ingresses.push(readIngress(fields, meta))],
    ['networking.k8s.io/IngressClass', ({ fields, meta }) => this.ingressClasses.set(meta.name, readIngressClass(fields, meta))],
    ['gateway.networking.k8s.io/GatewayClass', ({ fields, meta }) => this.gatewayClasses.set(meta.name, readGatewayClass(fields, meta))],
    ['gateway.networking.k8s.io/Gateway', ({ fields, meta }) => this.gateways.set(placeOf(meta), readGateway(fields, meta))],
    ['gateway.networking.k8s.io/ListenerSet', ({ fields, meta }) => this.listenerSets.push(readListenerSet(fields, meta))],
    ['gateway.networking.k8s.io/ReferenceGrant', ({ fields, meta }) => this.referenceGrants.push(readReferenceGrant(fields, meta))],
  ])

  private readConfigMap(fields: Fields, meta: ObjectMeta): void {
    const place = placeOf(meta)
    this.configMaps.add(place)
    const settings = readSettings(place, fields)
    if (settings !== null) this.settings.set(place, settings)
  }

  finish(): Cluster {
    for (const name of this.mentioned) {
      if (!this.namespaces.has(name)) this.namespaces.set(name, impliedNamespace(name))
    }
    const { workloads, pods } = buildWorkloads(this.pods, this.workloads, this.nodes)
    const hidden = this.hiddenProblems
    const overflow: readonly InputProblem[] =
      hidden === 0
        ? []
        : [{ file: this.options.name, line: null, column: null, severity: 'error', message: `${hidden} more problems are not listed` }]
    return {
      name: this.options.name,
      source: this.options.source,
      namespaces: this.namespaces,
      nodes: this.nodes,
      pods,
      workloads,
      services: this.services,
      endpointSlices: this.endpointSlices,
      ingresses: this.ingresses,
      ingressClasses: this.ingressClasses,
      gatewayClasses: this.gatewayClasses,
      gateways: this.gateways,
      listenerSets: this.listenerSets,
      routes: this.routes,
      referenceGrants: this.referenceGrants,
      entryObjects: this.entryObjects,
      configMaps: this.configMaps,
      secrets: this.secrets,
      settings: this.settings,
      serviceAccounts: this.serviceAccounts,
      policies: this.policies,
      networkObjects: this.networkObjects,
      others: this.others,
      problems: [...this.problems, ...overflow],
      unread: this.options.unread ?? new Map(),
    }
  }
}

/** `NS/NAME`. */
function placeOf(meta: ObjectMeta): string {
  return `${meta.namespace ?? ''}/${meta.name}`
}

function setByRef<Ref, Value extends { readonly ref: Ref }>(table: Map<Ref, Value>, value: Value): void {
  table.set(value.ref, value)
}
