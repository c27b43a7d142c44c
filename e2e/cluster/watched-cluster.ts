import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '@/lib/model/fields'
import { project } from '@/lib/model/projection/project'
import type { WatchedKind } from '@/lib/model/watched-kind'
import { openConnection } from '@/server/kubernetes/connection/open-connection'
import { contextSettings } from '@/server/kubernetes/kubeconfig/context-settings'
import { readKubeconfig } from '@/server/kubernetes/kubeconfig/read-kubeconfig'
import type { LiveCluster } from '@/server/kubernetes/live-cluster'
import { createLiveCluster } from '@/server/kubernetes/reflector/create-live-cluster'
import type { ApiClient } from './api-client'
import { eventually } from './eventually'

/** The part of the product that watches, by itself. */
export type WatchedCluster = {
  readonly cluster: LiveCluster
  readonly kind: (group: string, resource: string) => WatchedKind
  /** Waits until every kind is in one of these states. */
  readonly reaches: (...states: readonly WatchedKind['state']['kind'][]) => Promise<void>
  /** Waits until what is held of every live kind is what the API server lists, object for object. */
  readonly agreesWith: (admin: ApiClient) => Promise<void>
}

export function watchCluster(kubeconfig: string): WatchedCluster {
  const read = readKubeconfig({ kind: 'named', path: kubeconfig })
  if (!read.ok) throw new Error(read.error)
  const settings = contextSettings(read.value, 'test')
  if (!settings.ok) throw new Error(settings.error)
  const cluster = createLiveCluster({
    name: settings.value.name,
    connection: openConnection(settings.value),
    namespaces: [settings.value.namespace],
    events: { onUpdate: () => undefined },
    clock: {
      now: Date.now,
      after: (ms, task) => {
        const timer = setTimeout(task, ms)
        return () => clearTimeout(timer)
      },
    },
    random: Math.random,
  })
  cluster.start()
  return {
    cluster,
    kind: (group, resource) => {
      const found = cluster.kinds().find((kind) => kind.group === group && kind.resource === resource)
      if (found === undefined) throw new Error(`${resource} of "${group}" is not looked for`)
      return found
    },
    reaches: async (...states) => {
      await eventually(states.join(' or '), () => cluster.kinds().every(({ state }) => states.includes(state.kind)))
    },
    agreesWith: async (admin) => {
      let differences: readonly string[] = []
      try {
        await eventually('agreement', async () => {
          differences = await compare(cluster, admin)
          return differences.length === 0
        })
      } catch {
        throw new Error(`what is held is not what there is:\n${differences.slice(0, 10).join('\n')}`)
      }
    },
  }
}

async function compare(cluster: LiveCluster, admin: ApiClient): Promise<readonly string[]> {
  const live = cluster.kinds().filter(({ state, scope }) => state.kind === 'live' && scope.kind === 'everything')
  const listed = await Promise.all(
    live.map(async ({ group, version, resource, kind }) => {
      const apiVersion = group === '' ? version : `${group}/${version}`
      const items = await admin.list(`/${group === '' ? 'api' : 'apis'}/${apiVersion}/${resource}`)
      return items.map((item) => project({ ...item, apiVersion, kind }))
    }),
  )
  const kinds = new Set(live.map(({ group, kind }) => `${group}/${kind}`))
  const truth = byName(listed.flat())
  const held = byName(
    cluster
      .documents()
      .map(({ body }) => body)
      .filter((body) => kinds.has(kindOf(body))),
  )
  return [...new Set([...truth.keys(), ...held.keys()])]
    .filter((name) => !isDeepStrictEqual(truth.get(name), held.get(name)))
    .map((name) => `${name}: there is ${JSON.stringify(truth.get(name))}, held is ${JSON.stringify(held.get(name))}`)
}

function byName(bodies: readonly unknown[]): ReadonlyMap<string, unknown> {
  return new Map(bodies.map((body) => [nameOf(body), body]))
}

function kindOf(body: unknown): string {
  if (!isRecord(body) || typeof body.apiVersion !== 'string') return ''
  const slash = body.apiVersion.indexOf('/')
  return `${slash < 0 ? '' : body.apiVersion.slice(0, slash)}/${String(body.kind)}`
}

function nameOf(body: unknown): string {
  const metadata = isRecord(body) && isRecord(body.metadata) ? body.metadata : {}
  return `${kindOf(body)} ${String(metadata.namespace ?? '')}/${String(metadata.name)}`
}
