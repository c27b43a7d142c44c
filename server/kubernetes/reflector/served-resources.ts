import type { V1APIGroup, V1APIResource } from '@kubernetes/client-node'
import { isRecord } from '@/lib/model/fields'
import type { ApiConnection } from '../connection/api-connection'
import type { Failure } from './failure'
import { failureOf } from './failure'
import { readAnswer } from './read-answer'
import type { Received } from './received'
import { resourceKey } from './wanted-kinds'

/** One resource as the server serves it. */
export type ServedResource = {
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly kind: string
  readonly isNamespaced: boolean
}

export type Discovery =
  | {
      readonly kind: 'known'
      /** By `GROUP/RESOURCE`, each in the version that the server likes best. */
      readonly served: ReadonlyMap<string, ServedResource>
      /** Groups of which the server cannot say now what they hold: another server answers for them, and does not. */
      readonly silent: ReadonlySet<string>
    }
  | { readonly kind: 'failed'; readonly failure: Failure }

const AGGREGATED = ['v2', 'v2beta1'].map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
const ACCEPT = [...AGGREGATED, 'application/json'].join(',')

/** Asks what the server serves of `groups`: in two answers where it knows that form (1.26 and later), else one for each of them. */
export async function discoverResources(connection: ApiConnection, groups: ReadonlySet<string>, signal: AbortSignal): Promise<Discovery> {
  try {
    const core = await readAnswer(connection, { path: '/api', accept: ACCEPT, signal })
    const named = await readAnswer(connection, { path: '/apis', accept: ACCEPT, signal })
    for (const answer of [core, named]) if (answer.kind !== 'body') return { kind: 'failed', failure: answer }
    const bodies = [core, named].flatMap((answer) => (answer.kind === 'body' ? [answer.body] : []))
    const served = new Map<string, ServedResource>()
    const silent = new Set<string>()
    for (const body of bodies) {
      if (isRecord(body) && body.kind === 'APIGroupDiscoveryList') readAggregated(body, groups, served, silent)
      else await readEachGroup(connection, body, groups, signal, served, silent)
    }
    return { kind: 'known', served, silent }
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) }
  }
}

function readAggregated(
  body: Readonly<Record<string, unknown>>,
  groups: ReadonlySet<string>,
  served: Map<string, ServedResource>,
  silent: Set<string>,
): void {
  for (const item of records(body.items)) {
    const group = isRecord(item.metadata) && typeof item.metadata.name === 'string' ? item.metadata.name : ''
    if (!groups.has(group)) continue
    const versions = records(item.versions)
    if (versions.some(({ freshness }) => freshness === 'Stale')) silent.add(group)
    for (const { version, resources } of versions) {
      for (const { resource, scope, verbs, responseKind } of records(resources)) {
        if (!isRecord(responseKind)) continue
        add(served, { group, version, resource, kind: responseKind.kind, isNamespaced: scope === 'Namespaced', verbs })
      }
    }
  }
}

/** The older form: the groups with their versions, and one more answer for each version. */
async function readEachGroup(
  connection: ApiConnection,
  body: unknown,
  groups: ReadonlySet<string>,
  signal: AbortSignal,
  served: Map<string, ServedResource>,
  silent: Set<string>,
): Promise<void> {
  for (const { group, versions } of groupsOf(body)) {
    if (!groups.has(group)) continue
    for (const version of versions) {
      const answer = await readAnswer(connection, { path: group === '' ? `/api/${version}` : `/apis/${group}/${version}`, signal })
      if (answer.kind !== 'body' || !isRecord(answer.body)) {
        silent.add(group)
        continue
      }
      for (const { name, kind, namespaced, verbs } of records<V1APIResource>(answer.body.resources)) {
        add(served, { group, version, resource: name, kind, isNamespaced: namespaced === true, verbs })
      }
    }
  }
}

/** Groups of an `APIGroupList`, the preferred version first; of `APIVersions`, the core group. */
function groupsOf(body: unknown): readonly { readonly group: string; readonly versions: readonly string[] }[] {
  if (!isRecord(body)) return []
  if (Array.isArray(body.versions)) return [{ group: '', versions: body.versions.filter((version) => typeof version === 'string') }]
  return records<V1APIGroup>(body.groups).map(({ name, versions, preferredVersion }) => {
    const preferred = isRecord(preferredVersion) ? preferredVersion.version : undefined
    const all = records(versions).flatMap(({ version }) => (typeof version === 'string' ? [version] : []))
    return { group: typeof name === 'string' ? name : '', versions: all.sort((a, b) => Number(b === preferred) - Number(a === preferred)) }
  })
}

type Found = { readonly [Key in keyof ServedResource]: unknown } & { readonly verbs: unknown }

/** Takes a resource that can be listed and watched; the first version that has it counts. */
function add(served: Map<string, ServedResource>, { group, version, resource, kind, isNamespaced, verbs }: Found): void {
  if (typeof group !== 'string' || typeof version !== 'string' || typeof resource !== 'string' || typeof kind !== 'string') return
  if (!isPathPart(version) || !isPathPart(resource) || !Array.isArray(verbs) || !verbs.includes('list') || !verbs.includes('watch')) return
  const key = resourceKey({ group, resource })
  if (!served.has(key)) served.set(key, { group, version, resource, kind, isNamespaced: isNamespaced === true })
}

/** Names become parts of paths; a subresource such as `pods/log` is none. */
function isPathPart(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]*$/i.test(name)
}

function records<Type = Readonly<Record<string, unknown>>>(value: unknown): readonly Received<Type>[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}
