import { setTimeout as sleep } from 'node:timers/promises'
import type { FakeApi } from '../fake-api/fake-api'
import type { FakeApiOptions } from '../fake-api/fake-api-options'
import { expired, statusDocument } from '../fake-api/status'
import { aTurnPod, THROWING_POD } from './pods'
import type { Watcher } from './watcher'

/** One thing that goes wrong between a server and what watches it. */
export type Scenario = {
  readonly name: string
  readonly options?: FakeApiOptions
  /** Before anything watches. */
  readonly prepare?: (api: FakeApi) => void
  /** While it watches. Settles when the fault is over. */
  readonly strike: (api: FakeApi, watcher: Watcher) => Promise<void> | void
}

/** `a` goes, `b` changes and `d` comes, wherever a watcher cannot see it. */
export function change(api: FakeApi): void {
  api.objects.delete(aTurnPod('a'))
  api.objects.put(aTurnPod('b', 2))
  api.objects.put(aTurnPod('d'))
}

/** Until the watcher has noticed that something is wrong, if it ever says so. */
async function untilNoticed({ saysLive }: Watcher, atMostMs: number): Promise<void> {
  const end = Date.now() + atMostMs
  while (saysLive() !== false && Date.now() < end) await sleep(5)
}

const WATCH = { verb: 'watch', resource: 'pods' }
const LIST = { verb: 'list', resource: 'pods' }

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'connection reset',
    strike: (api) => {
      api.line.cut()
      change(api)
    },
  },
  {
    name: 'server restarted, past forgotten',
    strike: async (api) => {
      await api.restart(async () => {
        change(api)
        await sleep(300)
      })
    },
  },
  {
    name: 'black hole, then everything passes again',
    strike: async (api, watcher) => {
      api.line.freeze()
      change(api)
      await untilNoticed(watcher, 25_000)
      api.line.thaw()
    },
  },
  {
    name: 'half-open connection',
    strike: (api) => {
      api.line.abandon()
      change(api)
    },
  },
  {
    name: 'watch stream silent on a healthy connection',
    options: { bookmarkEveryMs: 200 },
    strike: async (api) => {
      await sleep(500)
      api.faults.strike(WATCH, { kind: 'stall', afterBytes: 0 })
      change(api)
    },
  },
  {
    name: 'server restored from a backup',
    options: { bookmarkEveryMs: 200 },
    strike: async (api) => {
      const backup = api.objects.revision
      for (let turn = 2; turn < 50; turn++) api.objects.put(aTurnPod('c', turn))
      await sleep(500)
      api.line.cut()
      api.objects.rewind(backup)
      change(api)
    },
  },
  {
    name: 'watch stream reset alone',
    strike: (api) => {
      api.faults.strike(WATCH, { kind: 'reset-stream', afterBytes: 0 })
      change(api)
    },
  },
  {
    name: 'session ended by GOAWAY',
    strike: (api) => {
      api.goAway()
      api.endWatches()
      change(api)
    },
  },
  {
    name: '500 on the first list',
    prepare: (api) => {
      for (const target of [LIST, WATCH]) api.faults.arm(target, { kind: 'status', status: 500 }, 1)
    },
    strike: change,
  },
  {
    name: '500 on the watch, twice',
    strike: (api) => {
      api.faults.arm(WATCH, { kind: 'status', status: 500 }, 2)
      api.endWatches()
      change(api)
    },
  },
  {
    name: '429 with Retry-After on the watch',
    strike: (api) => {
      api.faults.arm(WATCH, { kind: 'status', status: 429, reason: 'TooManyRequests', retryAfterSeconds: 2 })
      api.endWatches()
      change(api)
    },
  },
  {
    name: '410 as the status of the watch',
    strike: (api) => {
      api.faults.arm(WATCH, { kind: 'status', status: 410, reason: 'Expired' })
      api.endWatches()
      change(api)
    },
  },
  {
    name: '410 as an event of the watch',
    strike: (api) => {
      const event = { type: 'ERROR', object: statusDocument(expired('too old resource version: 1 (100)')) }
      api.faults.strike(WATCH, { kind: 'insert', text: `${JSON.stringify(event)}\n` })
      api.faults.strike(WATCH, { kind: 'truncate', afterBytes: 0 })
      change(api)
    },
  },
  {
    name: '410 between two pages of a list',
    options: { withoutStreamingLists: true },
    prepare: (api) => {
      for (let index = 0; index < 600; index++) api.objects.put(aTurnPod(`many-${index}`))
      api.faults.arm({ ...LIST, query: 'continue' }, { kind: 'status', status: 410, reason: 'Expired' })
    },
    strike: change,
  },
  {
    name: 'truncated JSON in the watch',
    strike: (api) => {
      api.faults.strike(WATCH, { kind: 'truncate', afterBytes: 40 })
      change(api)
    },
  },
  {
    name: 'a line that is no JSON',
    strike: (api) => {
      api.faults.strike(WATCH, { kind: 'insert', text: '{"type":"ADDED","object":{"ki\n' })
      change(api)
    },
  },
  {
    name: 'truncated JSON in the list',
    prepare: (api) => {
      for (const target of [LIST, WATCH]) api.faults.arm(target, { kind: 'truncate', afterBytes: 300 }, 1)
    },
    strike: change,
  },
  {
    name: 'page of a proxy with status 200',
    strike: (api) => {
      api.faults.arm(WATCH, { kind: 'foreign', status: 200, contentType: 'text/html', text: '<html>\n<body>Sign in</body>\n</html>\n' })
      api.endWatches()
      change(api)
    },
  },
  {
    name: 'one object of 1 MiB',
    strike: (api) => {
      api.objects.put(aTurnPod('large', 1, { annotations: { 'example.com/blob': 'x'.repeat(1024 * 1024) } }))
      change(api)
    },
  },
  {
    name: 'program throws while it takes a change',
    strike: (api) => {
      api.objects.put(aTurnPod(THROWING_POD))
      change(api)
    },
  },
  {
    name: 'storm of 10,000 events',
    strike: (api) => {
      for (let turn = 1; turn <= 10; turn++) for (let index = 0; index < 1_000; index++) api.objects.put(aTurnPod(`storm-${index}`, turn))
      change(api)
    },
  },
  {
    name: 'slow bytes: 2 KB/s in pieces of 10 bytes',
    strike: (api) => {
      api.faults.strike(WATCH, { kind: 'slow', bytes: 10, everyMs: 5 })
      change(api)
    },
  },
  {
    name: 'clock of the server an hour ahead',
    strike: (api) => {
      api.clockSkewMs = 3_600_000
      api.endWatches()
      change(api)
    },
  },
  {
    name: 'certificate rotated, connections cut',
    strike: (api) => {
      api.useCertificate(api.issueServerCertificate())
      api.line.cut()
      change(api)
    },
  },
  {
    name: 'certificate expired, then renewed',
    strike: async (api, watcher) => {
      api.useCertificate(api.authority.issue({ commonName: 'kube-apiserver', hosts: ['127.0.0.1'], notBefore: 0, notAfter: 1_000 }))
      const { connections } = api.line
      api.line.cut()
      change(api)
      await untilNoticed(watcher, 1_000)
      // Until it has tried again, if it does.
      for (let waits = 0; api.line.connections === connections && waits < 200; waits++) await sleep(10)
      await sleep(500)
      api.useCertificate(api.issueServerCertificate())
    },
  },
  {
    name: 'credentials refused for a while',
    strike: async (api, watcher) => {
      const users = api.users
      api.users = []
      api.endWatches()
      change(api)
      await untilNoticed(watcher, 1_000)
      await sleep(200)
      api.users = users
    },
  },
]
