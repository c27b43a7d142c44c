import type { Door, DoorProblem, DoorProblemCode } from '../../model/door'
import type { ObjectMeta } from '../../model/object'
import { groupOf } from '../../model/object-kinds'
import type { ClusterView } from '../cluster-view'
import { aboutObject, type FindingDraft, type FindingObject, makeFinding } from '../make-finding'
import { detectorOfProblem } from './problem-detectors'

/** How long a controller may take to write an address. */
const PATIENCE_MS = 5 * 60_000

/** What is often set up elsewhere: in a part of a cluster its absence is worth a look, and no proof. */
const OFTEN_ELSEWHERE: ReadonlySet<DoorProblemCode> = new Set([
  'secret-missing',
  'class-missing',
  'parent-missing',
  'destination-missing',
  'gateway-without-pods',
])

/** The finding of a problem of an entry object; none where nobody can tell yet. */
export function* findingOfProblem(problem: DoorProblem, door: Door | null, view: ClusterView): Iterable<FindingDraft> {
  const id = detectorOfProblem(problem)
  const { at, code, message, predicted } = problem
  if (id === null || at === null) return
  if (code === 'address-pending' && !isLate(at.meta.createdAt, view)) return
  // Classes come with their controller, which manifests of an application do not bring along.
  const { ingressClasses, gatewayClasses } = view.cluster
  if (code === 'class-missing' && !view.isWholeCluster && ingressClasses.size === 0) return
  if (code === 'class-without-controller' && !view.isWholeCluster && gatewayClasses.size === 0) return
  const isSoft = problem.severity === 'error' && !view.isWholeCluster && OFTEN_ELSEWHERE.has(code)
  yield makeFinding(id, aboutEntry(at.meta), {
    field: at.path,
    ...(at.value === null ? {} : { value: at.value }),
    severity: id === 'IN-08' ? 'info' : isSoft ? 'warning' : problem.severity,
    message: sentence(message),
    evidence: [
      ...(door === null ? [] : [`the way in is ${door.id}`]),
      predicted ? 'concluded from the objects: no controller has said so' : 'as the objects have it',
      ...(isSoft ? ['only a part of a cluster was read: it may be elsewhere'] : []),
    ],
  })
}

/** By the name of its node on the map: a Gateway of Istio is told apart from one of the Gateway API. */
function aboutEntry(meta: ObjectMeta): FindingObject {
  const about = aboutObject(meta)
  const isIstio = meta.kind === 'Gateway' && groupOf(meta.apiVersion) === 'networking.istio.io'
  return isIstio ? { ...about, ref: `IstioGateway:${meta.namespace}/${meta.name}` } : about
}

function isLate(createdAt: number | null, view: ClusterView): boolean {
  const age = view.ageOf(createdAt)
  return age !== null && age > PATIENCE_MS
}

/** With a capital letter, unless it begins with a name, and a full stop. */
function sentence(text: string): string {
  const isName = /^[^ ]*[^A-Za-z ,]/.test(text)
  return `${isName ? text.slice(0, 1) : text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
}
