import type {
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
import { documentProblem, Fields, isRecord } from './fields'
import { isEqual } from './is-equal'
import { readSettings } from './named-settings'
import type { ObjectMeta, RawObject } from './object'
import { currentGroup, isNetworkKind, isPolicyKind } from './object-kinds'
import type { InputProblem } from './problem'
import { rawObject, withoutEnvironment } from './raw-object'
import type { Scopes } from './read-meta'
import { readMeta } from './read-meta'
import { readEndpointSlice } from './readers/endpoint-slice'
import { readEndpoints } from './readers/endpoints'
import { ENTRY_READERS } from './readers/entry/entry-readers'
import { readGateway, readGatewayClass, readListenerSet } from './readers/gateway'
import { ROUTE_KINDS, readGatewayRoute } from './readers/gateway-route'
import { readIngress, readIngressClass } from './readers/ingress'
import { readNamespace } from './readers/namespace'
import { readNode } from './readers/node'
import type { PodObject } from './readers/pod'
import { readPod } from './readers/pod'
import { readReferenceGrant } from './readers/reference-grant'
import { readService } from './readers/service'
import type { WorkloadObject } from './readers/workload'
import { isWorkloadKind, readWorkload } from './readers/workload'
import type { SourceDocument } from './source-document'

/** Everything that documents were read into, by kind, in the order of the documents. */
export class ObjectLists {
  readonly namespaces: Namespace[] = []
  readonly nodes: ClusterNode[] = []
  readonly pods: PodObject[] = []
  readonly workloads: WorkloadObject[] = []
  readonly services: Service[] = []
  readonly endpointSlices: EndpointSlice[] = []
  readonly ingresses: Ingress[] = []
  readonly ingressClasses: IngressClass[] = []
  readonly gatewayClasses: GatewayClass[] = []
  readonly gateways: Gateway[] = []
  readonly listenerSets: ListenerSet[] = []
  readonly routes: GatewayRoute[] = []
  readonly referenceGrants: ReferenceGrant[] = []
  readonly entryObjects: EntryObject[] = []
  readonly configMaps: ReadConfigMap[] = []
  readonly secrets: { readonly place: string; readonly type: string }[] = []
  readonly serviceAccounts: ObjectMeta[] = []
  readonly policies: RawObject[] = []
  readonly networkObjects: RawObject[] = []
  readonly others: RawObject[] = []
}

/** `place` is `NS/NAME`; `settings` null for all but the few that configure the network. */
export type ReadConfigMap = { readonly place: string; readonly settings: Settings | null }

/** A document that can be told apart from others. */
export type IdentifiedDocument = {
  readonly document: SourceDocument
  readonly fields: Fields
  readonly meta: ObjectMeta
  /** Equal for documents of one object: the later one counts. */
  readonly key: string
  /** Takes the problems that reading finds. */
  readonly problems: InputProblem[]
}

/** What became of one object. */
export type ReadObject = {
  readonly value: { readonly kind: 'raw'; readonly raw: RawObject } | { readonly kind: 'typed'; readonly typed: unknown }
  readonly addTo: (lists: ObjectLists) => void
  /** The namespace that the object is in, which exists for that reason; null when the object names none for certain. */
  readonly namespace: string | null
  readonly problems: readonly InputProblem[]
}

/** Reads what a document is about; without a key, and with the problem, when it is no object. */
export function identifyDocument(document: SourceDocument, scopes: Scopes): IdentifiedDocument | readonly InputProblem[] {
  if (!isRecord(document.body)) return [documentProblem(document, [], 'error', 'this document is no Kubernetes object')]
  const problems: InputProblem[] = []
  const fields = new Fields(document.body, document, (problem) => problems.push(problem))
  const meta = readMeta(fields, document.origin, scopes)
  if (meta === null) return problems
  const { apiVersion, kind, namespace, name } = meta
  return { document, fields, meta, key: `${currentGroup(apiVersion, kind)}/${kind}/${namespace ?? ''}/${name}`, problems }
}

/** Reads the object itself. Its problems are those that come after the ones of `identifyDocument`. */
export function readObject(object: IdentifiedDocument): ReadObject {
  const { document, fields, meta, problems } = object
  const known = problems.length
  const entry = readerOf(meta)?.(object) ?? null
  // Nobody knows whether a custom kind has namespaces at all; one that states none says nothing about the default.
  const isInNamespace = meta.namespace !== null && (entry !== null || fields.object('metadata').has('namespace'))
  const { value, addTo } = entry ?? raw(withoutEnvironment(rawObject(document, meta)), (lists) => lists.others)
  return {
    value,
    addTo,
    namespace: isInNamespace ? meta.namespace : null,
    problems: problems.length === known ? NONE : problems.splice(known),
  }
}

/** The same object with the value that an earlier reading has for it, where they are equal. */
export function shareValue(before: ReadObject, now: ReadObject): ReadObject {
  return isUnchanged(before.value, now.value) ? { ...now, value: before.value, addTo: before.addTo } : now
}

const NONE: readonly InputProblem[] = []

type Entry = Pick<ReadObject, 'value' | 'addTo'>
type Reader = (object: IdentifiedDocument) => Entry

function typed<Value>(value: Value, listOf: (lists: ObjectLists) => Value[]): Entry {
  return { value: { kind: 'typed', typed: value }, addTo: (lists) => listOf(lists).push(value) }
}

function raw(value: RawObject, listOf: (lists: ObjectLists) => RawObject[]): Entry {
  return { value: { kind: 'raw', raw: value }, addTo: (lists) => listOf(lists).push(value) }
}

/** null for kinds that nobody reads. */
function readerOf({ apiVersion, kind }: ObjectMeta): Reader | null {
  const group = currentGroup(apiVersion, kind)
  if (isWorkloadKind(group, kind)) return ({ fields, meta }) => typed(readWorkload(fields, meta), (lists) => lists.workloads)
  if (isPolicyKind(apiVersion, kind)) return ({ document, meta }) => raw(rawObject(document, meta), (lists) => lists.policies)
  if (isNetworkKind(apiVersion, kind)) return ({ document, meta }) => raw(rawObject(document, meta), (lists) => lists.networkObjects)
  const routeKind = ROUTE_KINDS.find((candidate) => candidate === kind)
  if (group === 'gateway.networking.k8s.io' && routeKind !== undefined) {
    return ({ fields, meta }) => typed(readGatewayRoute(fields, meta, routeKind), (lists) => lists.routes)
  }
  const entryReader = ENTRY_READERS.get(`${group}/${kind}`)
  if (entryReader !== undefined) return ({ fields, meta }) => typed(entryReader(fields, meta), (lists) => lists.entryObjects)
  return READERS.get(`${group}/${kind}`) ?? null
}

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['/Namespace', ({ meta }) => typed(readNamespace(meta), (lists) => lists.namespaces)],
  ['/Node', ({ fields, meta }) => typed(readNode(fields, meta), (lists) => lists.nodes)],
  ['/Pod', ({ fields, meta }) => typed(readPod(fields, meta), (lists) => lists.pods)],
  ['/Service', ({ fields, meta }) => typed(readService(fields, meta), (lists) => lists.services)],
  ['/Endpoints', ({ fields, meta }) => slicesOf(readEndpoints(fields, meta))],
  ['/ConfigMap', ({ fields, meta }) => typed(readConfigMap(fields, meta), (lists) => lists.configMaps)],
  ['/Secret', ({ fields, meta }) => typed({ place: placeOf(meta), type: fields.string('type') ?? 'Opaque' }, (lists) => lists.secrets)],
  ['/ServiceAccount', ({ meta }) => typed(meta, (lists) => lists.serviceAccounts)],
  ['discovery.k8s.io/EndpointSlice', ({ fields, meta }) => typed(readEndpointSlice(fields, meta), (lists) => lists.endpointSlices)],
  ['networking.k8s.io/Ingress', ({ fields, meta }) => typed(readIngress(fields, meta), (lists) => lists.ingresses)],
  ['networking.k8s.io/IngressClass', ({ fields, meta }) => typed(readIngressClass(fields, meta), (lists) => lists.ingressClasses)],
  ['gateway.networking.k8s.io/GatewayClass', ({ fields, meta }) => typed(readGatewayClass(fields, meta), (lists) => lists.gatewayClasses)],
  ['gateway.networking.k8s.io/Gateway', ({ fields, meta }) => typed(readGateway(fields, meta), (lists) => lists.gateways)],
  ['gateway.networking.k8s.io/ListenerSet', ({ fields, meta }) => typed(readListenerSet(fields, meta), (lists) => lists.listenerSets)],
  [
    'gateway.networking.k8s.io/ReferenceGrant',
    ({ fields, meta }) => typed(readReferenceGrant(fields, meta), (lists) => lists.referenceGrants),
  ],
])

function readConfigMap(fields: Fields, meta: ObjectMeta): ReadConfigMap {
  const place = placeOf(meta)
  return { place, settings: readSettings(place, fields) }
}

function slicesOf(slices: readonly EndpointSlice[]): Entry {
  return { value: { kind: 'typed', typed: slices }, addTo: (lists) => lists.endpointSlices.push(...slices) }
}

/** `NS/NAME`. */
export function placeOf(meta: ObjectMeta): string {
  return `${meta.namespace ?? ''}/${meta.name}`
}

function isUnchanged(before: ReadObject['value'], now: ReadObject['value']): boolean {
  if (before.kind === 'typed') return now.kind === 'typed' && isEqual(before.typed, now.typed)
  return now.kind === 'raw' && isSameText(before.raw, now.raw)
}

/** An object that was written elsewhere, or whose text may have other lines, counts as changed. */
function isSameText(old: RawObject, now: RawObject): boolean {
  if (!isEqual(old.meta, now.meta) || !isEqual(old.body, now.body)) return false
  if (old.locate === now.locate) return true
  const text = old.locate?.textOf?.([])
  return text !== undefined && text === now.locate?.textOf?.([])
}
