import { createHash } from 'node:crypto'
import { isRecord } from '@/lib/model/fields'

/** `until` of an object that is there now: the year 2090, to which the engine can still add the longest retention. */
export const STILL_THERE_MS = Date.UTC(2090, 0)

export type ObjectKey = { readonly kind: string; readonly namespace: string; readonly name: string }
/** What the store knows of an object that was there when it was last written to. */
export type KnownObject = ObjectKey & { readonly since: number; readonly hash: string }

type Held = { readonly key: ObjectKey; readonly since: number; readonly hash: string; readonly body: unknown }

const EMPTY = { started: [], ended: [] }

/** An object that is there since a moment, or that was there until one. */
export type ObjectVersion = ObjectKey & { readonly since: number; readonly until: number; readonly hash: string; readonly text: string }

/** Tells what came, changed and went from one reading of a cluster to the next. */
export class ObjectBook {
  #held = new Map<string, Held>()
  #isFirst = true

  /**
   * @param known what the store has, for the first reading: an object that is as it was stays as it was written
   * @returns `gone` are objects of `known` that are not there any more, or not like that
   */
  first(
    bodies: Iterable<unknown>,
    at: number,
    known: readonly KnownObject[],
  ): { readonly versions: readonly ObjectVersion[]; readonly gone: readonly KnownObject[] } {
    this.#isFirst = false
    const before = new Map(known.map((object) => [keyText(object), object]))
    const versions: ObjectVersion[] = []
    for (const body of bodies) {
      const described = describe(body)
      if (described === null) continue
      const { key, hash, text } = described
      const id = keyText(key)
      const stored = before.get(id)
      const since = stored?.hash === hash ? stored.since : at
      if (stored?.hash === hash) before.delete(id)
      else versions.push({ ...key, since, until: STILL_THERE_MS, hash, text })
      this.#held.set(id, { key, since, hash, body })
    }
    return { versions, gone: [...before.values()] }
  }

  /** False until `first` was called. */
  get isStarted(): boolean {
    return !this.#isFirst
  }

  /** What changed since the reading before. Objects that are the same value are not looked at again. */
  next(bodies: Iterable<unknown>, at: number): { readonly started: readonly ObjectVersion[]; readonly ended: readonly ObjectVersion[] } {
    if (this.#isFirst) return EMPTY
    const held = new Map<string, Held>()
    const started: ObjectVersion[] = []
    const ended: ObjectVersion[] = []
    for (const body of bodies) {
      const key = keyOf(body)
      if (key === null) continue
      const id = keyText(key)
      const before = this.#held.get(id)
      if (before !== undefined && before.body === body) {
        held.set(id, before)
        continue
      }
      const described = describe(body)
      if (described === null) continue
      const { hash, text } = described
      if (before !== undefined && before.hash === hash) {
        held.set(id, { ...before, body })
        continue
      }
      if (before !== undefined) ended.push(versionOf(before, at))
      started.push({ ...key, since: at, until: STILL_THERE_MS, hash, text })
      held.set(id, { key, since: at, hash, body })
    }
    for (const [id, before] of this.#held) if (!held.has(id)) ended.push(versionOf(before, at))
    this.#held = held
    return { started, ended }
  }
}

function versionOf({ key, since, hash, body }: Held, until: number): ObjectVersion {
  return { ...key, since, until, hash, text: storedText(body) }
}

function describe(body: unknown): { readonly key: ObjectKey; readonly hash: string; readonly text: string } | null {
  const key = keyOf(body)
  if (key === null) return null
  const text = storedText(body)
  return { key, text, hash: createHash('sha1').update(text).digest().readBigUInt64BE().toString() }
}

/** Kinds of one name in several groups stay apart. null for what is no object. */
function keyOf(body: unknown): ObjectKey | null {
  if (!isRecord(body) || !isRecord(body.metadata)) return null
  const { apiVersion, kind, metadata } = body
  if (typeof kind !== 'string' || typeof metadata.name !== 'string') return null
  const group = typeof apiVersion === 'string' && apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : ''
  return { kind: `${group}/${kind}`, namespace, name: metadata.name }
}

function keyText({ kind, namespace, name }: ObjectKey): string {
  return `${kind}\n${namespace}\n${name}`
}

/** Never written to a disk: what is secret, and what says nothing of the network. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'managedFields',
  'kubectl.kubernetes.io/last-applied-configuration',
  'env',
  'envFrom',
  'stringData',
  'resourceVersion',
])

/** The object as JSON, as far as it may be kept. */
function storedText(body: unknown): string {
  const isSecret = isRecord(body) && body.kind === 'Secret'
  return JSON.stringify(body, (name, value: unknown) =>
    LEFT_OUT.has(name) || (isSecret && (name === 'data' || name === 'annotations')) ? undefined : value,
  )
}
