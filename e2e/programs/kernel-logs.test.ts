import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LineFormatId } from '@/lib/api/line-format-ids'
import { isBalanced } from '@/lib/flows/ledger'
import { anObject, aPod, aService } from '@/lib/model/testing/objects'
import { SYSTEM_CLOCK } from '@/server/clock'
import { DEFAULT_CONFIG } from '@/server/config'
import { Runtime } from '@/server/running'
import { ChangingCluster } from '@/server/testing/changing-cluster'
import { CLIENT, CLOSED_PORT, Network, OPEN_PORT, SERVER, SERVICE, SERVICE_PORT, whyNoNetwork } from './network'
import { Recorder } from './recorder'

const reason = whyNoNetwork()
if (reason !== null) console.warn(`The suites over packets of this kernel are skipped: ${reason}.`)

const CLUSTER = [
  aPod({ name: 'web-0', namespace: 'shop', ip: CLIENT, labels: { app: 'web' }, owner: { kind: 'StatefulSet', name: 'web' } }),
  aPod({ name: 'cart-0', namespace: 'shop', ip: SERVER, labels: { app: 'cart' }, owner: { kind: 'StatefulSet', name: 'cart' } }),
  aService({
    name: 'cart',
    namespace: 'shop',
    clusterIp: SERVICE,
    ports: [{ port: SERVICE_PORT, targetPort: OPEN_PORT, protocol: 'TCP' }],
  }),
  anObject('networking.k8s.io/v1', 'NetworkPolicy', {
    name: 'cart',
    namespace: 'shop',
    spec: { podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ ports: [{ port: OPEN_PORT, protocol: 'TCP' }] }] },
  }),
]

describe.skipIf(reason !== null)('what programs write of real packets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-programs-'))
  const network = new Network()
  const recorder = new Recorder(folder)

  beforeAll(async () => {
    await network.open()
    await recorder.start(network)
    network.connect(SERVER, OPEN_PORT, 3)
    network.connect(SERVICE, SERVICE_PORT, 2)
    network.connect(SERVER, CLOSED_PORT, 4)
    await delay(1_500)
  })

  afterAll(() => {
    network.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** What a server makes of one of the files: its edges by port, and the account of the file. */
  async function show(path: string, format: LineFormatId | null) {
    const running = new Runtime({ ...DEFAULT_CONFIG, flows: [{ kind: 'file', path, format }] }, SYSTEM_CLOCK, new ChangingCluster(CLUSTER))
    await running.start()
    const [intake] = running.intakes
    for (let tries = 0; tries < 100 && (intake?.ledger.received ?? 0) < recorder.lines(path).length; tries++) await delay(50)
    const now = Date.now()
    const edges = running.pipeline.window.edges(now - 120_000, now + 1)
    await running.stop()
    const ledger = intake?.ledger
    if (ledger === undefined) throw new Error('no source')
    expect(isBalanced(ledger)).toBe(true)
    expect(Object.keys(ledger.dropped)).toEqual([])
    const shown = edges.map(({ source, destination, port, verdicts, policies }) => ({
      source: source.workload ?? source.ref,
      destination: destination.workload ?? destination.ref,
      service: destination.service,
      port,
      verdicts: Object.fromEntries(Object.entries(verdicts).filter(([, count]) => count > 0)),
      policies: policies.map(({ policy, confidence }) => `${policy} ${confidence}`),
    }))
    return shown.sort((a, b) => (a.port ?? 0) - (b.port ?? 0))
  }

  const ends = { source: 'shop/web[StatefulSet]', destination: 'shop/cart[StatefulSet]' }

  test('drops that the machine logged are refusals, each connection once', async () => {
    // A refused connection is tried again: there are more packets than connections.
    expect(recorder.lines(recorder.nflog).length).toBeGreaterThan(4)
    expect(await show(recorder.nflog, 'kube-router')).toEqual([
      { ...ends, service: null, port: CLOSED_PORT, verdicts: { dropped: 4 }, policies: ['NetworkPolicy:shop/cart inferred'] },
    ])
  })

  test('without being told that the group is one of drops nothing is a refusal', async () => {
    expect(await show(recorder.nflog, null)).toMatchObject([{ ...ends, port: CLOSED_PORT, verdicts: { unknown: 4 } }])
  })

  test.each([
    ['conntrack', () => recorder.conntrack],
    ['ulogd', () => recorder.nfct],
  ])('connections that %s saw lead to the pod behind the Service, and none is a refusal', async (_, path) => {
    const edges = await show(path(), null)
    expect(edges.map(({ source, destination, port }) => ({ source, destination, port }))).toContainEqual({ ...ends, port: OPEN_PORT })
    const open = edges.filter(({ port }) => port === OPEN_PORT)
    const counts = open.flatMap(({ verdicts }) => Object.values(verdicts))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5)
    expect(edges.flatMap(({ verdicts }) => Object.keys(verdicts))).not.toContain('dropped')
  })
})
