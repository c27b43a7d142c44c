import type { Fields } from './fields'
import type { Labels } from './labels'
import { NO_LABELS } from './labels'
import type { ObjectMeta, Origin, OwnerReference } from './object'
import { groupOf, isClusterScoped } from './object-kinds'

/** Written by tools, large, and of no use here: a copy of the whole object, and who set which field. */
const DROPPED_ANNOTATIONS: readonly string[] = ['kubectl.kubernetes.io/last-applied-configuration']

/** How objects find their namespace. */
export type Scopes = {
  /** For namespaced objects that state none. */
  readonly defaultNamespace: string
  /** `GROUP/KIND` of custom kinds without a namespace, beside those that everybody knows. */
  readonly clusterScoped: ReadonlySet<string>
}

/**
 * Reads `apiVersion`, `kind` and `metadata`. null, with a problem, when the document cannot be told apart from
 * others because it has no kind or no name.
 */
export function readMeta(document: Fields, origin: Origin | null, scopes: Scopes): ObjectMeta | null {
  const kind = document.string('kind')
  const apiVersion = document.string('apiVersion')
  if (kind === null || kind === '' || apiVersion === null || apiVersion === '') {
    document.problem(kind ? 'apiVersion' : 'kind', `this document is no Kubernetes object: it has no ${kind ? 'apiVersion' : 'kind'}`)
    return null
  }
  const metadata = document.object('metadata')
  const name = metadata.text('name') ?? ''
  if (name === '') {
    const generated = metadata.string('generateName')
    metadata.problem('name', generated ? `${kind} has only generateName: it gets its name when it is created` : `${kind} has no name`)
    return null
  }
  const isGlobal = isClusterScoped(apiVersion, kind) || scopes.clusterScoped.has(`${groupOf(apiVersion)}/${kind}`)
  const namespace = isGlobal ? null : metadata.text('namespace') || scopes.defaultNamespace
  if (!isUsableName(name)) {
    metadata.problem('name', `${JSON.stringify(name.slice(0, 80))} cannot be a name`)
    return null
  }
  if (namespace !== null && (!isUsableName(namespace) || namespace.includes(':'))) {
    metadata.problem('namespace', `${JSON.stringify(namespace.slice(0, 80))} cannot be a namespace`)
    return null
  }
  return {
    apiVersion,
    kind,
    name,
    namespace,
    uid: metadata.string('uid'),
    labels: metadata.labels('labels'),
    annotations: kind === 'Secret' ? NO_LABELS : keptAnnotations(metadata.labels('annotations')),
    owners: metadata.list('ownerReferences').map(readOwner),
    generation: metadata.integer('generation', 0, Number.MAX_SAFE_INTEGER),
    createdAt: parseTime(metadata.string('creationTimestamp')),
    origin,
  }
}

/**
 * Looser than the API server, which asks for DNS names: only what would make `NS/NAME[KIND]` ambiguous or
 * unreadable is refused.
 */
function isUsableName(name: string): boolean {
  return name.length <= 253 && !/[\s/[\]{}%\p{Cc}]/u.test(name)
}

function readOwner(owner: Fields): OwnerReference {
  return {
    apiVersion: owner.string('apiVersion') ?? '',
    // A reference without a kind counts as one to a Pod.
    kind: owner.string('kind') || 'Pod',
    name: owner.text('name') ?? '',
    uid: owner.string('uid'),
    controller: owner.boolean('controller') ?? false,
  }
}

function keptAnnotations(annotations: Labels): Labels {
  if (!DROPPED_ANNOTATIONS.some((name) => annotations.has(name))) return annotations
  return new Map([...annotations].filter(([name]) => !DROPPED_ANNOTATIONS.includes(name)))
}

function parseTime(text: string | null): number | null {
  if (text === null) return null
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : time
}
