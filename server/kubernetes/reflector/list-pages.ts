import { isRecord } from '@/lib/model/fields'
import type { ApiConnection } from '../connection/api-connection'
import { isExpired } from './api-status'
import type { Failure } from './failure'
import { readAnswer } from './read-answer'
import { type JsonObject, withQuery } from './watch-event'

const PAGE_SIZE = 500
/** A page of large objects of a busy server. */
const PAGE_TIMEOUT_MS = 60_000

export type Listing = { readonly kind: 'listed'; readonly resourceVersion: string } | { readonly kind: 'failed'; readonly failure: Failure }

export type ListTarget = {
  readonly connection: ApiConnection
  readonly path: string
  readonly accept: string
  readonly signal: AbortSignal
  /** The server gives the list: objects of an earlier attempt no longer count. */
  readonly onBegin: () => void
  readonly onPage: (items: readonly JsonObject[], remaining: number | null) => void
}

/** Reads a list in pages. When it grows old between two pages it is read once more, in one piece. */
export async function listPages(target: ListTarget): Promise<Listing> {
  const inPages = await readList(target, PAGE_SIZE)
  const isOutdated = inPages.kind === 'failed' && inPages.failure.kind === 'status' && isExpired(inPages.failure.status)
  return isOutdated ? readList(target, null) : inPages
}

async function readList({ connection, path, accept, signal, onBegin, onPage }: ListTarget, limit: number | null): Promise<Listing> {
  for (let continuation: string | null = null; ; ) {
    const query = { ...(limit === null ? {} : { limit: String(limit) }), ...(continuation === null ? {} : { continue: continuation }) }
    const answer = await readAnswer(connection, { path: withQuery(path, query), accept, timeoutMs: PAGE_TIMEOUT_MS, signal })
    if (answer.kind === 'status') return { kind: 'failed', failure: answer }
    if (answer.kind === 'garbled') return { kind: 'failed', failure: answer }
    const { body } = answer
    if (!isRecord(body) || !isRecord(body.metadata) || !(body.items === null || Array.isArray(body.items))) return garbled()
    const { metadata } = body
    if (continuation === null) onBegin()
    onPage((body.items ?? []).filter(isRecord), typeof metadata.remainingItemCount === 'number' ? metadata.remainingItemCount : null)
    if (typeof metadata.continue === 'string' && metadata.continue !== '') continuation = metadata.continue
    else if (typeof metadata.resourceVersion === 'string') return { kind: 'listed', resourceVersion: metadata.resourceVersion }
    else return garbled()
  }
}

function garbled(): Listing {
  return { kind: 'failed', failure: { kind: 'garbled', message: 'the API server sent a list that is none' } }
}
