import type { Answer } from './answer'
import { tooLarge } from './answer-list'
import type { ApiResource } from './api-resource'
import type { KubernetesObject } from './kubernetes-object'
import { readListOptions } from './list-options'
import { asVersion, readSelection } from './object-selection'
import { type Change, ExpiredError, type ObjectStore } from './object-store'
import type { ResourceTarget } from './request-target'
import { expired, type Status, statusDocument } from './status'

type WatchContext = {
  readonly store: ObjectStore
  readonly resource: ApiResource
  readonly target: ResourceTarget
  readonly rewrite: (object: KubernetesObject) => unknown
  readonly bookmarkEveryMs: number
}

/** A watch that is open, for what a test wants of it. */
export interface OpenWatch {
  readonly target: ResourceTarget
  /** Tells the revision that is reached, if the client takes bookmarks. */
  bookmark(): void
  /** Ends as a server does when the time of a watch is over. */
  end(): void
}

/**
 * Answers a watch: what is there already when it was asked for, then every write. Without a revision, or with 0, a watch
 * begins with everything too; that is the oldest form of a streaming list.
 */
export function answerWatch(answer: Answer, context: WatchContext): OpenWatch {
  const { store, resource, target, rewrite } = context
  const options = readListOptions(target)
  const selects = readSelection(target)
  const outside = (object: KubernetesObject) => rewrite(asVersion(object, resource, target.version))
  const send = (type: string, object: unknown) => answer.write(Buffer.from(`${JSON.stringify({ type, object })}\n`))
  const from = options.resourceVersion ?? 0
  const isWhole = options.sendInitialEvents ?? from === 0

  answer.head(200, { 'content-type': 'application/json' })
  // Only what is newer than where the watch began is ever told, which after a restored backup is nothing for a long time.
  const open = { target, bookmark: () => options.allowBookmarks && store.revision > from && sendBookmark(), end: () => answer.end() }
  const sendBookmark = (annotations?: Record<string, string>) => {
    const { kind, apiVersion } = asVersion({ kind: resource.kind, apiVersion: '', metadata: { name: '' } }, resource, target.version)
    const metadata = { resourceVersion: String(store.revision), ...(annotations !== undefined && { annotations }) }
    // Of built-in kinds the real one sends an empty object, with the fields that are never left out.
    send('BOOKMARK', { kind, apiVersion, metadata, ...(!resource.isCustom && { spec: {}, status: {} }) })
  }
  const fail = (status: Status) => {
    send('ERROR', statusDocument(status))
    answer.end()
    return open
  }
  const tell = (change: Change) => {
    if (change.resource.plural !== resource.plural || change.resource.group !== resource.group || !selects(change.object)) return
    send(change.type, outside(change.object))
  }

  if (isWhole) {
    if (from > store.revision) return fail(tooLarge(store, from).status)
    for (const object of store.list(resource).filter(selects)) send('ADDED', outside(object))
    if (options.allowBookmarks) sendBookmark({ 'k8s.io/initial-events-end': 'true' })
  } else if (from !== 0) {
    try {
      for (const change of store.changesAfter(Math.min(from, store.revision))) tell(change)
    } catch (error) {
      if (error instanceof ExpiredError) return fail(expired(error.message))
      throw error
    }
  }

  const stopListening = store.onChange((change) => {
    if (change.revision > from) tell(change)
    if (change.type === 'DELETED' && change.resource.plural === 'customresourcedefinitions' && isOf(change.object, resource)) answer.end()
  })
  const bookmarks = setInterval(open.bookmark, context.bookmarkEveryMs).unref()
  const timeout = options.timeoutMs === null ? undefined : setTimeout(open.end, options.timeoutMs).unref()
  answer.closed.addEventListener('abort', () => {
    stopListening()
    clearInterval(bookmarks)
    clearTimeout(timeout)
  })
  return open
}

function isOf(definition: KubernetesObject, resource: ApiResource): boolean {
  return resource.isCustom && definition.metadata.name === `${resource.plural}.${resource.group}`
}
