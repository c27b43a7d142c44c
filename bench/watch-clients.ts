import { CoreV1Api, KubeConfig, makeInformer, type V1Pod } from '@kubernetes/client-node'
import { SYSTEM_CLOCK } from '../server/clock'
import { openConnection } from '../server/kubernetes/connection/open-connection'
import { createLiveCluster } from '../server/kubernetes/reflector/create-live-cluster'
import type { BenchServer } from './watch-server'

/** Reads all pods and prints what that cost: processor time, time by the clock, and memory that stays. */
export async function measureReflector(server: BenchServer): Promise<void> {
  await measure(server.pods, async () => {
    const connection = openConnection({
      name: 'bench',
      server: server.url,
      trust: { kind: 'authorities', pem: { kind: 'inline', text: server.ca } },
      serverName: null,
      proxy: null,
      clientCertificate: null,
      credentials: { kind: 'token', token: 'bench' },
      impersonation: new Map(),
      namespace: 'default',
    })
    const events = { onUpdate: () => {} }
    const cluster = createLiveCluster({ name: 'bench', connection, namespaces: [], events, clock: SYSTEM_CLOCK, random: Math.random })
    cluster.start()
    await cluster.firstSync
    return { kept: cluster, count: () => cluster.documents().length }
  })
}

export async function measureClientNode(server: BenchServer): Promise<void> {
  await measure(server.pods, async () => {
    const config = new KubeConfig()
    config.loadFromOptions({
      clusters: [{ name: 'bench', server: server.url, caData: Buffer.from(server.ca).toString('base64') }],
      users: [{ name: 'bench', token: 'bench' }],
      contexts: [{ name: 'bench', cluster: 'bench', user: 'bench' }],
      currentContext: 'bench',
    })
    const api = config.makeApiClient(CoreV1Api)
    const informer = makeInformer<V1Pod>(config, '/api/v1/pods', () => api.listPodForAllNamespaces())
    await informer.start()
    return { kept: informer, count: () => informer.list().length }
  })
}

type Synced = { readonly kept: unknown; readonly count: () => number }

async function measure(pods: number, sync: () => Promise<Synced>): Promise<void> {
  const heapBefore = heapNow()
  const cpuBefore = process.cpuUsage()
  const started = performance.now()
  const { kept, count } = await sync()
  const { user, system } = process.cpuUsage(cpuBefore)
  const ms = performance.now() - started
  if (count() !== pods) throw new Error(`${count()} of ${pods} pods were read`)
  // Twice, with a pause for what is freed late.
  heapNow()
  await new Promise((resolve) => setTimeout(resolve, 500))
  const heap = heapNow() - heapBefore
  const row = {
    'processor ms': Math.round((user + system) / 1_000),
    'clock ms': Math.round(ms),
    'heap MB per 10,000': Math.round((heap / 1e6 / pods) * 10_000 * 10) / 10,
    'most memory MB': Math.round(process.resourceUsage().maxRSS / 1_000),
  }
  process.stdout.write(`${JSON.stringify(row)}\n`)
  if (kept === null) throw new Error('nothing was kept')
}

function heapNow(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
