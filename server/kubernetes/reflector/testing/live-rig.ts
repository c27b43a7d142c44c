import { isRecord } from '@/lib/model/fields'
import type { SourceDocument } from '@/lib/model/source-document'
import type { WatchedKind } from '@/lib/model/watched-kind'
import type { FakeUser } from '@/testing/fake-api/access'
import { ADMINISTRATOR, type FakeApi, startFakeApi } from '@/testing/fake-api/fake-api'
import type { FakeApiOptions } from '@/testing/fake-api/fake-api-options'
import { openConnection } from '../../connection/open-connection'
import type { LiveCluster } from '../../live-cluster'
import { createLiveCluster } from '../create-live-cluster'
import { clockAt } from './clock-at'
import { documentChanges, type ObjectChange } from './document-changes'

export type LiveRig = {
  readonly api: FakeApi
  readonly cluster: LiveCluster
  /** What became of objects since the first sync, or since `forget`: `Pod shop/web-0 came`, `changed` or `went`. */
  told(): readonly string[]
  forget(): void
  kind(resource: string, group?: string): WatchedKind
  /** `NS/NAME` of what is held of a kind. */
  held(kind: string): readonly string[]
  stop(): Promise<void>
}

/** A cluster that is watched through the fake API server, which `prepare` sees before anybody asks it. Chance is always in the middle. */
export async function startLiveRig(
  options: FakeApiOptions = {},
  {
    user = options.users?.[0] ?? ADMINISTRATOR,
    namespaces = ['default'],
    speed = 1,
  }: { readonly user?: FakeUser; readonly namespaces?: readonly string[]; readonly speed?: number } = {},
  prepare: (api: FakeApi) => void = () => undefined,
): Promise<LiveRig> {
  const api = await startFakeApi(options)
  prepare(api)
  const connection = openConnection({
    name: 'fake',
    server: api.url,
    trust: { kind: 'authorities', pem: { kind: 'inline', text: api.ca } },
    serverName: null,
    proxy: null,
    clientCertificate: null,
    credentials: { kind: 'token', token: user.token },
    impersonation: new Map(),
    namespace: 'default',
  })
  let changes: readonly ObjectChange[] = []
  let seen: readonly SourceDocument[] | null = null
  const look = () => {
    if (seen === null) return
    changes = [...changes, ...documentChanges(seen, cluster.documents())]
    seen = cluster.documents()
  }
  const forget = () => {
    changes = []
    seen = cluster.documents()
  }
  const cluster = createLiveCluster({
    name: 'fake',
    connection,
    namespaces,
    events: { onUpdate: look },
    clock: clockAt(speed),
    random: () => 0.5,
  })
  void cluster.firstSync.then(forget)
  cluster.start()
  return {
    api,
    cluster,
    told: () =>
      changes.map(({ before, after, kind, place }) => `${kind} ${place} ${before === null ? 'came' : after === null ? 'went' : 'changed'}`),
    forget,
    kind: (resource, group = '') => {
      const found = cluster.kinds().find((candidate) => candidate.resource === resource && candidate.group === group)
      if (found === undefined) throw new Error(`${group}/${resource} is not looked for`)
      return found
    },
    held: (kind) =>
      cluster.documents().flatMap(({ body }) => {
        if (!isRecord(body) || body.kind !== kind || !isRecord(body.metadata)) return []
        const { namespace, name } = body.metadata
        return [typeof namespace === 'string' ? `${namespace}/${String(name)}` : String(name)]
      }),
    stop: async () => {
      cluster.stop()
      await api.stop()
    },
  }
}

/** Waits for something to become true, and says what it waited for when it does not. */
export async function until(condition: () => boolean, what: () => unknown = () => condition.toString(), ms = 10_000): Promise<void> {
  const end = Date.now() + ms
  while (!condition()) {
    if (Date.now() > end) throw new Error(`never happened: ${JSON.stringify(what())}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
