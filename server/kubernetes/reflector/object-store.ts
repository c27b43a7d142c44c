import { isRecord } from '@/lib/model/fields'
import type { InternPool } from '@/lib/model/projection/intern-pool'
import { project } from '@/lib/model/projection/project'
import type { SourceDocument } from '@/lib/model/source-document'
import { shareEqual } from './share-equal'
import type { JsonObject } from './watch-event'

/** One object that could not be taken, and why. */
export type LeftOut = { readonly object: string; readonly message: string }

export type ObjectStoreOptions = {
  /** `v1`, `apps/v1`: items of a list do not say it themselves. */
  readonly apiVersion: string
  readonly kind: string
  readonly pool: InternPool
  readonly onLeftOut: (leftOut: LeftOut) => void
}

/** Deeper objects would end the stack of whoever walks through them. */
const MAX_DEPTH = 100

/** The objects of one list, reduced to what is used, by uid. An object that did not change stays the very same value. */
export class ObjectStore {
  readonly #options: ObjectStoreOptions
  #documents = new Map<string, SourceDocument>()
  #leftOut = new Set<string>()
  #incoming: { readonly documents: Map<string, SourceDocument>; readonly leftOut: Set<string> } | null = null

  constructor(options: ObjectStoreOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#documents.size
  }

  /** Objects that exist and are not held, because they could not be taken. */
  get leftOut(): number {
    return this.#leftOut.size
  }

  /** Objects of the list that is coming in. */
  get incoming(): number {
    return this.#incoming === null ? 0 : this.#incoming.documents.size + this.#incoming.leftOut.size
  }

  documents(): Iterable<SourceDocument> {
    return this.#documents.values()
  }

  /** From now on objects are those of a new list, which `endList` puts in the place of what is held. */
  beginList(): void {
    this.#incoming = { documents: new Map(), leftOut: new Set() }
  }

  addToList(object: JsonObject): void {
    if (this.#incoming === null) return
    const key = keyOf(object)
    const document = this.#read(object)
    this.#incoming.documents.delete(key)
    if (document === null) this.#incoming.leftOut.add(key)
    else this.#incoming.documents.set(key, this.#sharedWithHeld(key, document))
  }

  /** Takes out what was told to be gone while the list came in. */
  removeFromList(object: JsonObject): void {
    const key = keyOf(object)
    this.#incoming?.documents.delete(key)
    this.#incoming?.leftOut.delete(key)
  }

  endList(): void {
    if (this.#incoming === null) return
    this.#documents = this.#incoming.documents
    this.#leftOut = this.#incoming.leftOut
    this.#incoming = null
  }

  put(object: JsonObject): void {
    const key = keyOf(object)
    const document = this.#read(object)
    this.#leftOut.delete(placeOf(object))
    if (document === null) {
      this.#documents.delete(key)
      this.#leftOut.add(key)
      return
    }
    this.#leftOut.delete(key)
    this.#documents.set(key, this.#sharedWithHeld(key, document))
  }

  delete(object: JsonObject): void {
    const key = keyOf(object)
    this.#leftOut.delete(key)
    this.#leftOut.delete(placeOf(object))
    this.#documents.delete(key)
  }

  /** An object of which only the place is known, because it cannot be read. */
  leaveOut(namespace: string | null, name: string, message: string): void {
    const place = `${namespace ?? ''}/${name}`
    this.#options.onLeftOut({ object: `${this.#options.kind} ${namespace === null ? name : place}`, message })
    if (this.#incoming !== null) {
      this.#incoming.leftOut.add(place)
      return
    }
    for (const [key, document] of this.#documents) {
      const metadata = metadataOf(document)
      if (metadata.name !== name || (metadata.namespace ?? null) !== namespace) continue
      this.#documents.delete(key)
      this.#leftOut.add(key)
      return
    }
    this.#leftOut.add(place)
  }

  /** Forgets everything. */
  clear(): void {
    this.#documents = new Map()
    this.#leftOut = new Set()
    this.#incoming = null
  }

  #sharedWithHeld(key: string, document: SourceDocument): SourceDocument {
    const held = this.#documents.get(key)
    if (held === undefined) return document
    const body = shareEqual(held.body, document.body)
    return body === held.body ? held : { body, origin: null }
  }

  /** null for an object that cannot be taken; it costs nobody but itself. */
  #read(object: JsonObject): SourceDocument | null {
    const { apiVersion, kind, pool, onLeftOut } = this.#options
    const metadata = isRecord(object.metadata) ? object.metadata : {}
    const place =
      `${kind} ${typeof metadata.namespace === 'string' ? `${metadata.namespace}/` : ''}${String(metadata.name ?? '')}`.trimEnd()
    try {
      if (typeof metadata.name !== 'string' || metadata.name === '') throw new Error('it has no name')
      const body = project({ ...object, apiVersion, kind }, pool)
      if (isDeeperThan(body, MAX_DEPTH)) throw new Error('it is nested too deeply')
      return { body, origin: null }
    } catch (error) {
      onLeftOut({ object: place, message: error instanceof Error ? error.message : 'it cannot be read' })
      return null
    }
  }
}

/** The uid; an object without one, which no API server gives out, goes by its place. */
function keyOf(object: JsonObject): string {
  const metadata = isRecord(object.metadata) ? object.metadata : {}
  return typeof metadata.uid === 'string' && metadata.uid !== '' ? metadata.uid : placeOf(object)
}

/** `NS/NAME`, with an empty namespace for kinds without. */
function placeOf({ metadata }: JsonObject): string {
  return isRecord(metadata) ? `${String(metadata.namespace ?? '')}/${String(metadata.name ?? '')}` : '/'
}

function metadataOf({ body }: SourceDocument): JsonObject {
  return isRecord(body) && isRecord(body.metadata) ? body.metadata : {}
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  if (Array.isArray(value)) return value.some((element) => isDeeperThan(element, depth - 1))
  // Without a list of its values: this runs over every object that comes in.
  for (const name in value) if (isDeeperThan(Reflect.get(value, name), depth - 1)) return true
  return false
}
