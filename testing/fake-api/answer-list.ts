import { gzipSync } from 'node:zlib'
import type { Answer } from './answer'
import type { ApiResource } from './api-resource'
import type { KubernetesObject } from './kubernetes-object'
import { type ListOptions, readListOptions, writeContinueToken } from './list-options'
import { asVersion, readSelection } from './object-selection'
import { ExpiredError, type ObjectStore } from './object-store'
import type { ResourceTarget } from './request-target'
import { expired, StatusError } from './status'

/** The real server compresses what is larger than this for whoever takes gzip. */
const GZIP_FROM_BYTES = 128 * 1024

const TOO_OLD_TO_CONTINUE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the ' +
  'continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects ' +
  'that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'

type ListContext = {
  readonly store: ObjectStore
  readonly resource: ApiResource
  readonly target: ResourceTarget
  /** What becomes of each object on its way out. */
  readonly rewrite: (object: KubernetesObject) => unknown
  readonly takesGzip: boolean
}

/** Answers a list: whole, or a page of it. */
export function answerList(answer: Answer, context: ListContext): void {
  const { store, resource, target, rewrite, takesGzip } = context
  const options = readListOptions(target)
  const { revision, after } = startOf(store, options)
  const selects = readSelection(target)
  const all = objectsAt(store, resource, revision, after).filter(selects)
  const rest = all.filter((object) => storeKey(object) > after)
  // The watch cache answers "0", which means any revision, and knows no pages.
  const limit = options.resourceVersion === 0 ? 0 : options.limit
  const page = limit === 0 ? rest : rest.slice(0, limit)
  const last = page.at(-1)
  const hasMore = last !== undefined && page.length < rest.length
  const metadata = {
    resourceVersion: String(revision),
    ...(resource.isCustom && { continue: '' }),
    ...(hasMore && { continue: writeContinueToken({ revision, after: storeKey(last) }) }),
    // With a selector the server does not count what it has not read.
    ...(hasMore &&
      !target.query.has('fieldSelector') &&
      !target.query.has('labelSelector') && { remainingItemCount: rest.length - page.length }),
  }
  const { apiVersion } = asVersion({ kind: '', apiVersion: '', metadata: { name: '' } }, resource, target.version)
  const items = page.map((object) => listItem(rewrite(asVersion(object, resource, target.version)), resource))
  const document = { kind: `${resource.kind}List`, apiVersion, metadata, items }
  const text = Buffer.from(`${JSON.stringify(document)}\n`)
  if (takesGzip && text.length >= GZIP_FROM_BYTES) {
    answer.head(200, { 'content-type': 'application/json', 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
    answer.write(gzipSync(text, { level: 1 }))
  } else {
    answer.head(200, { 'content-type': 'application/json', 'content-length': String(text.length) })
    answer.write(text)
  }
  answer.end()
}

/** The revision that is read and the key behind which it goes on. */
function startOf(store: ObjectStore, options: ListOptions): { revision: number; after: string } {
  const { continueFrom, resourceVersion, match, limit } = options
  if (continueFrom !== null) return { revision: continueFrom.revision ?? store.revision, after: continueFrom.after }
  if (resourceVersion === null || resourceVersion === 0) return { revision: store.revision, after: '' }
  if (resourceVersion > store.revision) throw tooLarge(store, resourceVersion)
  const isExact = match === 'Exact' || (match === null && limit > 0)
  return { revision: isExact ? resourceVersion : store.revision, after: '' }
}

export function tooLarge(store: ObjectStore, asked: number): StatusError {
  return new StatusError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${asked}, current: ${store.revision}`,
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
  })
}

function objectsAt(store: ObjectStore, resource: ApiResource, revision: number, after: string): readonly KubernetesObject[] {
  try {
    return store.list(resource, revision)
  } catch (error) {
    if (!(error instanceof ExpiredError)) throw error
    if (after === '') throw new StatusError(expired('The resourceVersion for the provided list is too old.'))
    throw new StatusError(expired(TOO_OLD_TO_CONTINUE, writeContinueToken({ revision: null, after })))
  }
}

function storeKey({ metadata }: KubernetesObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`
}

/** Items of built-in kinds come without `kind` and `apiVersion`. */
function listItem(object: unknown, resource: ApiResource): unknown {
  if (resource.isCustom || typeof object !== 'object' || object === null) return object
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object as Partial<KubernetesObject>
  return rest
}
