import type { IncomingHttpHeaders } from 'node:http'
import type { FakeUser } from './access'
import { type Answer, answerJson, answerText } from './answer'
import { answerList } from './answer-list'
import { answerReview } from './answer-review'
import { answerWatch, type OpenWatch } from './answer-watch'
import { AGGREGATED, discoveryDocument } from './discovery'
import type { FakeApiOptions } from './fake-api-options'
import type { KubernetesObject } from './kubernetes-object'
import { asVersion } from './object-selection'
import type { ObjectStore } from './object-store'
import type { RequestTarget, ResourceTarget } from './request-target'
import { invalidOptions, NO_SUCH_RESOURCE, StatusError } from './status'

const REVIEW_GROUPS: ReadonlySet<string> = new Set(['authorization.k8s.io', 'authentication.k8s.io'])

type RequestContext = {
  readonly store: ObjectStore
  readonly options: FakeApiOptions
  /** What becomes of each object on its way out. */
  readonly rewrite: (object: KubernetesObject) => unknown
  readonly user: FakeUser
  readonly target: RequestTarget
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Answers a request of somebody who may ask it. Throws `StatusError`; returns the watch when it is one. */
export function answerRequest(answer: Answer, context: RequestContext): OpenWatch | null {
  const { store, options, rewrite, user, target, headers, body } = context
  if (!/application\/(json|\*)|\*\/\*/.test(headers.accept ?? '*/*')) throw new StatusError(NOT_ACCEPTABLE)
  if (target.kind === 'path') {
    answerPath(answer, context, target.path, headers)
    return null
  }
  if (REVIEW_GROUPS.has(target.group) && target.verb === 'create') {
    answerReview(answer, target.resource, user, body)
    return null
  }
  const resource = store.kindNamed(target.group, target.resource)
  if (resource === null || !resource.versions.includes(target.version)) {
    if (store.kinds().some(({ group, versions }) => group === target.group && versions.includes(target.version)))
      throw new StatusError(NO_SUCH_RESOURCE)
    answerText(answer, 404, '404 page not found\n')
    return null
  }
  if (target.subresource !== null || (target.namespace !== null && !resource.isNamespaced)) throw new StatusError(NO_SUCH_RESOURCE)
  if (target.verb === 'list') {
    answerList(answer, { store, resource, target, rewrite, takesGzip: /\bgzip\b/.test(String(headers['accept-encoding'] ?? '')) })
    return null
  }
  if (target.verb === 'watch') {
    if (options.withoutStreamingLists === true && target.query.has('sendInitialEvents')) throw NO_STREAMING_LISTS
    return answerWatch(answer, { store, resource, target, rewrite, bookmarkEveryMs: options.bookmarkEveryMs ?? 60_000 })
  }
  if (target.verb !== 'get' || target.name === null) throw new StatusError(NOT_ALLOWED)
  if (resource.isNamespaced && target.namespace === null) throw new StatusError(NO_SUCH_RESOURCE)
  const object = store.get(resource, target.namespace, target.name)
  if (object === null) throw notFound(target)
  answerJson(answer, 200, rewrite(asVersion(object, resource, target.version)))
  return null
}

/** What is no JSON is not spoken here; the real one would also say protobuf and YAML. */
const NOT_ACCEPTABLE = {
  code: 406,
  reason: 'NotAcceptable',
  message: '406: Not Acceptable\n\nAvailable representations: application/json, application/json;stream=watch',
  details: {},
}

const NOT_ALLOWED = {
  code: 405,
  reason: 'MethodNotAllowed',
  message: 'the server does not allow this method on the requested resource',
  details: {},
}

/** As servers say it that know the parameter but have the feature switched off. */
const NO_STREAMING_LISTS = invalidOptions([
  {
    field: 'sendInitialEvents',
    type: 'FieldValueForbidden',
    message: 'Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
  },
])

/** Discovery, version and health; the same for everybody who is known. */
function answerPath(answer: Answer, { store, options }: RequestContext, path: string, headers: IncomingHttpHeaders): void {
  const takesAggregated = String(headers.accept ?? '').includes('as=APIGroupDiscoveryList') && options.withoutAggregatedDiscovery !== true
  const isAggregated = takesAggregated && /^\/apis?\/?$/.test(path)
  const document =
    path === '/version' ? versionDocument(options.version ?? 'v1.37.2') : discoveryDocument(path, store.kinds(), isAggregated)
  if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) answerText(answer, 200, 'ok')
  else if (document === null && path.startsWith('/api/')) throw new StatusError(NO_SUCH_RESOURCE)
  else if (document === null) answerText(answer, 404, '404 page not found\n')
  else answerJson(answer, 200, document, isAggregated ? { 'content-type': AGGREGATED } : {})
}

function versionDocument(version: string) {
  const [major, minor] = version.slice(1).split('.')
  return { major, minor, gitVersion: version, platform: 'linux/amd64' }
}

function notFound({ resource, group, name }: ResourceTarget): StatusError {
  const full = group === '' ? resource : `${resource}.${group}`
  const details = { name, ...(group !== '' && { group }), kind: resource }
  return new StatusError({ code: 404, reason: 'NotFound', message: `${full} "${name}" not found`, details })
}
