import { randomUUID } from 'node:crypto'
import { type ApiResource, resourceName } from './api-resource'
import { BUILT_IN_RESOURCES } from './built-in-resources'
import { readDefinition } from './custom-resource'
import type { KubernetesObject, ObjectMeta } from './kubernetes-object'

/** One write, as a watch tells it. */
export type Change = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly revision: number
  readonly resource: ApiResource
  /** As it is after the write; of a deleted one the last state with the revision of its end. */
  readonly object: KubernetesObject
  readonly before: KubernetesObject | null
}

/** The revision that was asked for is older than what the store still knows. */
export class ExpiredError extends Error {
  override readonly name = 'ExpiredError'
}

/**
 * The objects of a cluster with one counter of revisions, and the writes of the past as far back as the last compaction:
 * what etcd is to an API server. A CustomResourceDefinition brings its kind, and takes kind and objects with it.
 */
export class ObjectStore {
  /** Revision of the last write. */
  revision = 1
  /** The oldest revision from which all later writes are known. */
  oldestRevision = 1
  readonly #kinds = new Map<string, ApiResource>(BUILT_IN_RESOURCES.map((resource) => [resourceName(resource), resource]))
  readonly #objects = new Map<string, Map<string, KubernetesObject>>()
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #historyLimit: number
  readonly #now: () => number
  #history: Change[] = []

  constructor(options: { readonly historyLimit?: number; readonly now?: () => number } = {}) {
    this.#historyLimit = options.historyLimit ?? 100_000
    this.#now = options.now ?? Date.now
  }

  /** Every kind that is served, built-in ones first. */
  kinds(): readonly ApiResource[] {
    return [...this.#kinds.values()]
  }

  kindNamed(group: string, plural: string): ApiResource | null {
    return this.#kinds.get(resourceName({ group, plural })) ?? null
  }

  /** Adds the object, or takes the place of the one with its name. Throws when no kind fits. */
  put(object: KubernetesObject): KubernetesObject {
    const resource = this.#kindOf(object)
    const objects = this.#of(resource)
    const key = objectKey(resource, object.metadata)
    const before = objects.get(key) ?? null
    this.revision += 1
    const stored: KubernetesObject = {
      ...object,
      metadata: {
        creationTimestamp: before?.metadata.creationTimestamp ?? new Date(this.#now()).toISOString().replace(/\.\d+Z$/, 'Z'),
        ...object.metadata,
        ...(resource.isNamespaced && { namespace: object.metadata.namespace ?? 'default' }),
        uid: object.metadata.uid ?? before?.metadata.uid ?? randomUUID(),
        resourceVersion: String(this.revision),
      },
    }
    objects.set(key, stored)
    if (resource.plural === 'customresourcedefinitions') {
      const brought = readDefinition(stored)
      this.#kinds.set(resourceName(brought), brought)
    }
    this.#tell({ type: before === null ? 'ADDED' : 'MODIFIED', revision: this.revision, resource, object: stored, before })
    return stored
  }

  putAll(objects: readonly KubernetesObject[]): void {
    for (const object of objects) this.put(object)
  }

  /** Removes the object of this kind and name. Throws when there is none. */
  delete(object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>): void {
    const resource = this.#kindOf(object)
    const objects = this.#of(resource)
    const key = objectKey(resource, object.metadata)
    const before = objects.get(key)
    if (before === undefined) throw new Error(`there is no ${object.kind} ${key}`)
    if (resource.plural === 'customresourcedefinitions') this.#removeKind(readDefinition(before))
    objects.delete(key)
    this.revision += 1
    const last = { ...before, metadata: { ...before.metadata, resourceVersion: String(this.revision) } }
    this.#tell({ type: 'DELETED', revision: this.revision, resource, object: last, before })
  }

  get(resource: ApiResource, namespace: string | null, name: string): KubernetesObject | null {
    return this.#objects.get(resourceName(resource))?.get(namespace === null ? name : `${namespace}/${name}`) ?? null
  }

  /** Every object of a kind in the order of namespace and name, as it was at `revision`. Throws `ExpiredError`. */
  list(resource: ApiResource, revision = this.revision): readonly KubernetesObject[] {
    const objects = new Map(this.#of(resource))
    if (revision < this.revision) {
      const later = this.changesAfter(revision).filter(
        (change) => change.resource.plural === resource.plural && change.resource.group === resource.group,
      )
      for (const { object, before } of later.reverse()) {
        const key = objectKey(resource, object.metadata)
        if (before === null) objects.delete(key)
        else objects.set(key, before)
      }
    }
    return [...objects].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, object]) => object)
  }

  /** Writes since `revision`, oldest first. Throws `ExpiredError` when some of them are forgotten. */
  changesAfter(revision: number): Change[] {
    if (revision < this.oldestRevision) throw new ExpiredError(`too old resource version: ${revision} (${this.oldestRevision})`)
    return this.#history.filter((change) => change.revision > revision)
  }

  /** Calls `listener` with every write from now on; returns what ends that. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Restores a backup: objects and revision are what they were, and nothing knows of what came after. */
  rewind(revision: number): void {
    for (const resource of this.kinds()) {
      const kept = this.list(resource, revision)
      this.#objects.set(resourceName(resource), new Map(kept.map((object) => [objectKey(resource, object.metadata), object])))
    }
    this.revision = revision
    this.compact()
  }

  /** Forgets all writes of the past: who asks for an older revision is told that it expired. */
  compact(): void {
    this.#history = []
    this.oldestRevision = this.revision
  }

  #tell(change: Change): void {
    this.#history.push(change)
    const first = this.#history.length > this.#historyLimit ? this.#history.shift() : undefined
    if (first !== undefined) this.oldestRevision = first.revision
    for (const listener of [...this.#listeners]) listener(change)
  }

  #removeKind(resource: ApiResource): void {
    for (const object of this.list(resource)) this.delete(object)
    this.#kinds.delete(resourceName(resource))
  }

  #kindOf(object: Pick<KubernetesObject, 'apiVersion' | 'kind'>): ApiResource {
    const [version = '', group = ''] = object.apiVersion.split('/').reverse()
    const found = this.kinds().find(
      (resource) => resource.group === group && resource.kind === object.kind && resource.versions.includes(version),
    )
    if (found === undefined) throw new Error(`no kind ${object.kind} of ${object.apiVersion}: put its CustomResourceDefinition first`)
    return found
  }

  #of(resource: ApiResource): Map<string, KubernetesObject> {
    const name = resourceName(resource)
    const known = this.#objects.get(name)
    if (known !== undefined) return known
    const created = new Map<string, KubernetesObject>()
    this.#objects.set(name, created)
    return created
  }
}

function objectKey(resource: ApiResource, metadata: ObjectMeta): string {
  return resource.isNamespaced ? `${metadata.namespace ?? 'default'}/${metadata.name}` : metadata.name
}
