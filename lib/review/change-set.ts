import { documentProblem, Fields, isRecord } from '../model/fields'
import { flattenLists } from '../model/flatten-lists'
import { policyRef, workloadRef } from '../model/names'
import type { ObjectMeta } from '../model/object'
import { currentGroup, isPolicyKind } from '../model/object-kinds'
import type { InputProblem } from '../model/problem'
import { readMeta } from '../model/read-meta'
import { isWorkloadKind } from '../model/readers/workload'
import type { SourceDocument } from '../model/source-document'
import { type Following, followNamespace, Owners } from './follow-owners'
import { isSameObject } from './is-same-object'
import { isWhole, mergeObject, mergePatch } from './merge-object'
import { type ObjectTable, objectKey, objectTable, type TableEntry } from './object-table'

/** What a change set does to one object. */
export type ObjectChange = {
  /** `none`: it is in the cluster already as drafted, or what should be deleted is not there. */
  readonly action: 'added' | 'changed' | 'deleted' | 'none'
  readonly kind: string
  /** null for kinds without a namespace. */
  readonly namespace: string | null
  readonly name: string
  /** `NS/NAME[KIND]` for workloads, `KIND:NS/NAME` or `KIND:NAME` for everything else. */
  readonly ref: string
  readonly isPolicy: boolean
  /** Line of the draft that says so; null when it has no lines. */
  readonly line: number | null
  /** Objects that the draft does not name and that change or go with it: pods of a workload, what is in a namespace. */
  readonly following: number
}

export type ChangeSet = {
  /** The cluster's documents as they would be. The very list that was given when nothing changes. */
  readonly documents: readonly SourceDocument[]
  /** One for each object, in the order in which the draft names them. */
  readonly changes: readonly ObjectChange[]
  /** What is wrong in the draft, at its lines. */
  readonly problems: readonly InputProblem[]
}

/**
 * Applies a draft to the documents of a cluster.
 *
 * New objects are added; {@link mergeObject} says what becomes of those that exist. A document with `$patch: delete`
 * deletes the object that it names, with all that it owns. Pods follow a changed template of their workload. Several
 * documents of one object are applied one after the other; otherwise their order plays no part.
 */
export function applyChangeSet(
  documents: readonly SourceDocument[],
  draft: readonly SourceDocument[],
  options: { readonly defaultNamespace?: string } = {},
): ChangeSet {
  const application = new Application(objectTable(documents, options.defaultNamespace ?? 'default'))
  for (const document of flattenLists(draft)) application.apply(document)
  return application.finish(documents)
}

type Body = Readonly<Record<string, unknown>>
type Drafted = { readonly meta: ObjectMeta; readonly document: SourceDocument; readonly after: SourceDocument | null }

class Application {
  readonly #table: ObjectTable
  readonly #problems: InputProblem[] = []
  readonly #drafted = new Map<string, Drafted>()

  constructor(table: ObjectTable) {
    this.#table = table
  }

  apply(document: SourceDocument): void {
    const { body } = document
    if (!isRecord(body)) {
      this.#report(document, [], 'error', 'this document is no Kubernetes object')
      return
    }
    const { $patch: patch, ...plain } = body
    if (patch !== undefined && patch !== 'delete' && patch !== 'merge' && patch !== 'replace') {
      this.#report(document, ['$patch'], 'error', '$patch: expected delete, merge or replace')
      return
    }
    const meta = patch === 'delete' ? this.#metaOfDeleted(document, plain) : this.#metaOf(document, plain)
    if (meta === null) return
    const key = objectKey(meta)
    const existing = this.#drafted.get(key)?.after ?? (this.#drafted.has(key) ? null : (this.#table.entries.get(key)?.document ?? null))
    if (patch === 'delete') {
      if (existing === null)
        this.#report(document, ['metadata', 'name'], 'warning', `${titleOf(meta)} is not in the cluster: nothing is deleted`)
      this.#drafted.set(key, { meta, document, after: null })
      return
    }
    if (existing === null && !isPolicyKind(meta.apiVersion, meta.kind) && isPartial(plain, meta)) {
      this.#report(
        document,
        ['metadata', 'name'],
        'warning',
        `${titleOf(meta)} is not in the cluster: this part of it is taken as a new object`,
      )
    }
    const after = existing !== null && isRecord(existing.body) ? withDraft(existing.body, plain, meta, patch) : plain
    this.#drafted.set(key, { meta, document, after: { ...document, body: after } })
  }

  finish(documents: readonly SourceDocument[]): ChangeSet {
    const owners = new Owners(this.#table)
    const following = new Map<string, SourceDocument | null>()
    const changes = [...this.#drafted].map(([key, drafted]): ObjectChange => {
      const existing = this.#table.entries.get(key) ?? null
      const action = actionOf(existing, drafted)
      const others = [...this.#followersOf(existing, drafted, action, owners)].filter(([other]) => !this.#drafted.has(other))
      for (const [other, after] of others) if (following.get(other) !== null) following.set(other, after)
      return describe(drafted, action, others.length)
    })
    for (const drafted of this.#drafted.values()) this.#checkNamespace(drafted)
    return { documents: this.#result(documents, following), changes, problems: this.#problems }
  }

  #followersOf(existing: TableEntry | null, { meta, after }: Drafted, action: ObjectChange['action'], owners: Owners): Following {
    if (existing === null || (action !== 'deleted' && action !== 'changed')) return new Map()
    if (meta.kind === 'Namespace' && meta.namespace === null) return after === null ? followNamespace(meta.name, this.#table) : new Map()
    if (!isWorkloadKind(currentGroup(meta.apiVersion, meta.kind), meta.kind)) return new Map()
    return owners.follow(existing, isRecord(after?.body) ? after.body : null)
  }

  #result(documents: readonly SourceDocument[], following: Following): readonly SourceDocument[] {
    const outcome = new Map<string, SourceDocument | null>(following)
    const added: SourceDocument[] = []
    for (const [key, { after }] of this.#drafted) {
      const existing = this.#table.entries.get(key)
      if (existing === undefined) {
        if (after !== null) added.push(after)
      } else if (after === null || !isSameObject(existing.document.body, after.body)) outcome.set(key, after)
    }
    if (outcome.size === 0 && added.length === 0) return documents
    const kept = this.#table.documents.flatMap(({ key, document }) => {
      const after = key === null ? undefined : outcome.get(key)
      if (key === null || after === undefined) return [document]
      return after === null || this.#table.entries.get(key)?.document !== document ? [] : [after]
    })
    return [...kept, ...added]
  }

  /** Nothing can be put into a namespace that goes. */
  #checkNamespace({ meta, document, after }: Drafted): void {
    if (meta.namespace === null || after === null) return
    const namespace = this.#drafted.get(`/Namespace//${meta.namespace}`)
    if (namespace?.after !== null) return
    this.#report(document, ['metadata', 'namespace'], 'warning', `${titleOf(meta)} stands in a namespace that this draft deletes`)
  }

  #metaOf(document: SourceDocument, body: Readonly<Record<string, unknown>>): ObjectMeta | null {
    const fields = new Fields(body, document, (problem) => this.#problems.push(problem))
    return readMeta(fields, document.origin, this.#table.scopes)
  }

  /** A deletion may leave out the API group where the kind alone tells which object is meant. */
  #metaOfDeleted(document: SourceDocument, body: Readonly<Record<string, unknown>>): ObjectMeta | null {
    if (typeof body.apiVersion === 'string' && body.apiVersion !== '') return this.#metaOf(document, body)
    const versions = new Set([...this.#table.entries.values()].flatMap(({ meta }) => (meta.kind === body.kind ? [meta.apiVersion] : [])))
    const [only] = versions
    if (versions.size !== 1 || only === undefined) return this.#metaOf(document, body)
    return this.#metaOf(document, { ...body, apiVersion: only })
  }

  #report(document: SourceDocument, path: readonly string[], severity: InputProblem['severity'], message: string): void {
    this.#problems.push(documentProblem(document, path, severity, message))
  }
}

/** `$patch` decides where it is given; {@link mergeObject} where it is not. */
function withDraft(existing: Body, draft: Body, { kind, apiVersion }: ObjectMeta, patch: 'merge' | 'replace' | undefined): unknown {
  if (patch === 'replace') return draft
  return patch === 'merge' ? mergePatch(existing, draft) : mergeObject(existing, draft, kind, apiVersion)
}

function actionOf(existing: TableEntry | null, { after }: Drafted): ObjectChange['action'] {
  if (after === null) return existing === null ? 'none' : 'deleted'
  if (existing === null) return 'added'
  return isSameObject(existing.document.body, after.body) ? 'none' : 'changed'
}

function describe({ meta, document }: Drafted, action: ObjectChange['action'], following: number): ObjectChange {
  const { apiVersion, kind, namespace, name } = meta
  const isWorkload = isWorkloadKind(currentGroup(apiVersion, kind), kind) || kind === 'Pod'
  const ref = isWorkload ? workloadRef(namespace ?? '', name, kind) : policyRef(kind, namespace, name)
  const isPolicy = isPolicyKind(apiVersion, kind)
  return { action, kind, namespace, name, ref, isPolicy, line: document.origin?.line ?? null, following }
}

/** Kinds that say little when a draft gives only a part of them. */
function isPartial(body: Readonly<Record<string, unknown>>, { apiVersion, kind }: ObjectMeta): boolean {
  const isMadeOfPods = kind === 'Pod' || isWorkloadKind(currentGroup(apiVersion, kind), kind)
  return (isMadeOfPods || kind === 'Service') && !isWhole(body, kind, apiVersion)
}

function titleOf({ kind, namespace, name }: ObjectMeta): string {
  return namespace === null ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
}
