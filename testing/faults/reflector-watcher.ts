import { isRecord } from '@/lib/model/fields'
import type { WatchedKind } from '@/lib/model/watched-kind'
import type { ApiConnection } from '@/server/kubernetes/connection/api-connection'
import { openConnection } from '@/server/kubernetes/connection/open-connection'
import type { Watchdog } from '@/server/kubernetes/connection/watchdog'
import type { LiveCluster } from '@/server/kubernetes/live-cluster'
import { createLiveCluster } from '@/server/kubernetes/reflector/create-live-cluster'
import { clockAt } from '@/server/kubernetes/reflector/testing/clock-at'
import type { FakeApi } from '../fake-api/fake-api'
import { THROWING_POD, truth, turnOf } from './pods'
import type { Watcher } from './watcher'

export type ReflectorOptions = {
  readonly watchdog?: Watchdog
  /** Pauses and limits of the reflector are this many times as short. */
  readonly speed?: number
  /** Chance; 0 for pauses as short as they can be. */
  readonly random?: () => number
}

export interface ReflectorWatcher extends Watcher {
  readonly cluster: LiveCluster
  kind(resource: string): WatchedKind
  /** What was said of the pods, in order: `syncing`, `live`, `stale: REASON`. */
  readonly states: readonly string[]
  /** What it held when it began to say live and was wrong. */
  readonly falselyLive: readonly (readonly string[])[]
}

/** Our own reflector over our own connection, as the product runs them. */
export function startReflector(api: FakeApi, options: ReflectorOptions = {}): ReflectorWatcher {
  const { watchdog, speed = 1, random = () => 0 } = options
  const real = openConnection(
    {
      name: 'fake',
      server: api.url,
      trust: { kind: 'authorities', pem: { kind: 'inline', text: api.ca } },
      serverName: null,
      proxy: null,
      clientCertificate: null,
      credentials: { kind: 'token', token: api.users[0]?.token ?? '' },
      impersonation: new Map(),
      namespace: 'default',
    },
    watchdog === undefined ? {} : { watchdog },
  )
  const connection: ApiConnection = {
    request: ({ silenceMs, ...request }) => real.request(silenceMs === undefined ? request : { ...request, silenceMs: silenceMs / speed }),
    close: () => real.close(),
  }
  const states: string[] = []
  const falselyLive: (readonly string[])[] = []
  const cluster = createLiveCluster({
    name: 'fake',
    connection,
    namespaces: ['default'],
    events: {
      onUpdate: () => {
        note()
        if (watcher.pods().some((pod) => pod.startsWith(THROWING_POD))) throw new Error('the program failed while it took a change')
      },
    },
    clock: clockAt(speed),
    random,
  })
  const kind = (resource: string) => {
    const found = cluster.kinds().find((candidate) => candidate.resource === resource)
    if (found === undefined) throw new Error(`${resource} are not looked for`)
    return found
  }
  const note = () => {
    const { state } = kind('pods')
    const text = state.kind === 'stale' ? `stale: ${state.reason}` : state.kind
    if (states.at(-1) === text) return
    states.push(text)
    if (text === 'live' && watcher.pods().join() !== truth(api).join()) falselyLive.push(watcher.pods())
  }
  const watcher: ReflectorWatcher = {
    cluster,
    kind,
    states,
    falselyLive,
    pods: () =>
      cluster
        .documents()
        .flatMap(({ body }) => (isRecord(body) && body.kind === 'Pod' ? (turnOf(body) ?? []) : []))
        .sort(),
    saysLive: () => states.at(-1) === 'live',
    stop: () => cluster.stop(),
  }
  cluster.start()
  return watcher
}
