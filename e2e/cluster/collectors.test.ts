import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { rolldown } from 'rolldown'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { SourceReport } from '@/lib/api/collector-report'
import { SETUP_LIMITS } from '@/server/store/sql/query-limits'
import { loopbackClickhouse } from '@/server/store/testing/loopback-clickhouse'
import { HAS_CHDB, openEmbedded, type TestEngine } from '@/server/store/testing/open-embedded'
import { type ControlPlane, startControlPlane } from './control-plane'
import { eventually } from './eventually'
import { type HubbleRing, startHubbleRing } from './hubble-ring'
import type { KubeObject } from './kube-object'
import { writeKubeconfig } from './kubeconfig'
import { aNamespace } from './objects'
import { clusterRights, deployedRules } from './roles'
import { makeToken } from './service-account'

const ROOT = join(import.meta.dirname, '..', '..')
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/sluice/leases'

class Collector {
  readonly process: ChildProcess
  source: SourceReport | null = null

  constructor(args: readonly string[]) {
    this.process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: ROOT })
    if (this.process.stdout === null) throw new Error('no output')
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      this.source = JSON.parse(line).source
    })
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const ended = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill(signal)
    await ended
  }

  does(duty: SourceReport['duty'], withinMs = 30_000): Promise<SourceReport> {
    const look = () => {
      if (this.process.exitCode !== null || this.process.signalCode !== null) throw new Error('the collector ended')
      return this.source?.duty === duty ? this.source : null
    }
    return eventually(`collector that ${duty}`, look, withinMs)
  }
}

describe.skipIf(!HAS_CHDB)('collectors that take turns', () => {
  let plane: ControlPlane
  let engine: TestEngine
  let server: Awaited<ReturnType<typeof loopbackClickhouse>>
  let ring: HubbleRing
  let bundle: string
  let kubeconfig: string
  const running: Collector[] = []

  beforeAll(async () => {
    plane = await startControlPlane()
    // Where the packages that it imports are found.
    bundle = join(ROOT, 'node_modules', '.cache', `sluice-collector-${process.pid}.mjs`)
    const input = join(ROOT, 'e2e', 'cluster', 'collector-process.ts')
    const built = await rolldown({ input, platform: 'node', resolve: { alias: { '@': ROOT } }, logLevel: 'silent', external: [/^[^./@]/] })
    await built.write({ file: bundle, format: 'esm', codeSplitting: false })
    await built.close()
    await plane.admin.apply(aNamespace('sluice'), aNamespace('shop'))
    kubeconfig = await anAccount('collector', true)
    engine = await openEmbedded()
    server = await loopbackClickhouse(engine.engine)
    ring = await startHubbleRing()
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((collector) => collector.end('SIGKILL')))
  })
  afterAll(async () => {
    ring?.stop()
    await server?.close()
    await engine?.remove()
    await plane?.stop()
    rmSync(bundle, { force: true })
  })

  /** A kubeconfig with the rights of deploy/, with or without those of a collector. */
  async function anAccount(name: string, mayTakeLeases: boolean): Promise<string> {
    const account = { namespace: 'sluice', name }
    const token = await makeToken(plane, 'sluice', name)
    const role = parse(readFileSync(join(ROOT, 'deploy', 'collector-role.yaml'), 'utf8')) as KubeObject
    await plane.admin.apply(...clusterRights(name, account, deployedRules()))
    if (mayTakeLeases) {
      await plane.admin.apply(
        { ...role, metadata: { ...role.metadata, namespace: 'sluice' } },
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata: { namespace: 'sluice', name },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'sluice-collector' },
          subjects: [{ kind: 'ServiceAccount', ...account }],
        },
      )
    }
    return writeKubeconfig(join(plane.folder, `${name}.kubeconfig`), { ...plane, credentials: { token }, namespace: 'sluice' })
  }

  function start(port: number, config = kubeconfig): Collector {
    const collector = new Collector([bundle, config, String(ring.port), server.url, String(port)])
    running.push(collector)
    return collector
  }

  const ask = async (sql: string) => (await engine.engine.query({ sql, parameters: {} }, SETUP_LIMITS)).map((row) => row.map(Number))

  /** Flows that the store has one by one: how many, and how many different ones. */
  async function kept(): Promise<{ readonly rows: number; readonly flows: number }> {
    const read = (table: string) => `SELECT source_port, seq, writer FROM sluice.${table} GROUP BY source_port, seq, writer`
    const [[rows = 0, flows = 0] = []] = await ask(
      `SELECT count(), uniqExact(source_port) FROM (${read('flows')} UNION ALL ${read('drops')})`,
    )
    return { rows, flows }
  }

  /** Waits until the store has what was seen by now, or says what it has. */
  async function settles(): Promise<{ readonly rows: number; readonly flows: number }> {
    const seen = ring.seen()
    const end = performance.now() + 20_000
    for (;;) {
      const now = await kept()
      if (now.flows >= seen || performance.now() > end) return now
      await sleep(250)
    }
  }

  const summed = async () => (await ask('SELECT sum(count) FROM sluice.edges_1m FINAL'))[0]?.[0] ?? 0

  test('one counts; when it is killed the other goes on, and no flow is there twice or missing', async () => {
    const one = start(3_001)
    await one.does('holds')
    const two = start(3_002)
    const waiting = await two.does('waits')
    expect(waiting.state).toBe('connecting')
    await eventually('holder by name', () => /^the collector on .*:3001 counts this source/.test(two.source?.message ?? ''))
    const before = await settles()
    expect(before.rows).toBe(before.flows)

    await one.end('SIGKILL')
    const killedAt = performance.now()
    const report = await two.does('holds', 40_000)
    const tookMs = performance.now() - killedAt
    // The Lease runs out after 15 s, and is tried for every 2 s.
    expect(tookMs).toBeGreaterThan(10_000)
    expect(tookMs).toBeLessThan(25_000)
    expect(report.facts.map(({ name }) => name)).toContain('went on')
    const after = await settles()
    expect(after.rows).toBe(after.flows)
    expect(after.flows).toBeGreaterThanOrEqual(ring.seen() - 150)
    const ports = await ask('SELECT min(source_port), max(source_port) FROM sluice.flows')
    expect((ports[0]?.[1] ?? 0) - (ports[0]?.[0] ?? 0)).toBeGreaterThanOrEqual(after.flows - 10)
    // What the killed one had not summed up within its last seconds is on no map; it is never there twice.
    await eventually('sums', async () => (await summed()) >= after.flows - 500)
    expect(await summed()).toBeLessThanOrEqual(ring.seen())
    const ignored = two.source?.ledger.ignored['repeat/earlier-run'] ?? 0
    expect(ignored).toBeGreaterThan(0)
    process.stdout.write(`taken over after ${Math.round(tookMs)} ms; ${after.flows} of ${ring.seen()} flows, ${await summed()} summed\n`)

    const three = start(3_003)
    await three.does('waits')
    const stoppedAt = performance.now()
    await two.end('SIGTERM')
    await three.does('holds', 15_000)
    expect(performance.now() - stoppedAt).toBeLessThan(10_000)
    const last = await settles()
    expect(last.rows).toBe(last.flows)
    expect(last.flows - after.flows).toBeGreaterThanOrEqual(ring.seen() - 100 - after.flows)
    process.stdout.write(
      `given back and taken within ${Math.round(performance.now() - stoppedAt)} ms; ${last.flows} of ${ring.seen()} flows\n`,
    )
  })

  test('a collector that was frozen counts nothing more', async () => {
    const one = start(3_001)
    await one.does('holds')
    const two = start(3_002)
    await two.does('waits')
    // What happened while nobody counted is told at once, and would wait to be written.
    await settles()
    one.process.kill('SIGSTOP')
    await two.does('holds', 40_000)
    one.process.kill('SIGCONT')
    await one.does('waits')
    await sleep(5_000)
    const now = await settles()
    process.stdout.write(`after a freeze: ${now.rows} rows of ${now.flows} flows\n`)
    // What it had counted and not yet written when it froze is written when it wakes.
    expect(now.rows - now.flows).toBeLessThan(100)
  })

  test('without the right to Leases nothing is counted, and the message says what to do', async () => {
    const config = await anAccount('nobody', false)
    const collector = start(3_004, config)
    const report = await eventually('refusal', () => (collector.source?.state === 'failed' ? collector.source : null))
    expect(report.message).toBe('this account may not get Leases in the namespace sluice: bind deploy/collector-role.yaml to it')
    expect(report).toMatchObject({ duty: 'waits', ledger: { received: 0 } })
    const { items } = JSON.parse((await plane.admin.send('GET', LEASES)).body) as { items: { metadata: { annotations: object } }[] }
    expect(items.map(({ metadata }) => metadata.annotations)).toEqual([
      { 'sluice/source': `hubble 127.0.0.1:${ring.port}`, 'sluice/store': 'sluice/test' },
    ])
  })
})
