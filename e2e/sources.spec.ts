import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGrpcServer } from '../server/flow-sources/grpc/testing/grpc-server'
import { encoded } from '../server/flow-sources/hubble/testing/observer-proto'
import { startServer } from '../testing/start-server.mjs'
import { expect, test } from './page-problems'
import { aPodOfShop } from './pod-manifest'

/** A Hubble server that sends a flow ten times a second. */
function startHubble(port: number) {
  let number = 0
  return startGrpcServer({
    port,
    unary: {
      '/observer.Observer/ServerStatus': (_call, answer) => answer(null, encoded('ServerStatusResponse', { version: '1.19.4' })),
    },
    streams: {
      '/observer.Observer/GetFlows': (call) => {
        const timer = setInterval(() => {
          const time = Date.now()
          call.write(
            encoded('GetFlowsResponse', {
              flow: {
                time: { seconds: Math.floor(time / 1_000), nanos: (time % 1_000) * 1e6 },
                uuid: `flow-${time}-${number++}`,
                verdict: 'FORWARDED',
                IP: { source: '10.0.0.1', destination: '10.0.0.2' },
                l4: { TCP: { source_port: 1_024 + (number % 60_000), destination_port: 80 } },
                node_name: 'worker-1',
                event_type: { type: 4 },
                is_reply: { value: false },
              },
            }),
          )
        }, 100)
        call.on('cancelled', () => clearInterval(timer))
        call.on('close', () => clearInterval(timer))
      },
    },
  })
}

test('"n lost" in the header opens the ledger with what was lost, why, and what to do', async ({ quietPage: page }) => {
  const server = await startServer(['--cluster', 'demo', '--flows', 'ingest'])
  try {
    await page.goto(`${server.url}/map`)
    const header = page.getByRole('banner')
    await expect(header.getByRole('link', { name: '0 lost' })).toBeVisible()
    const body = '{"from": "shop/web", "to": "shop/cart", "port": "many"}\n{"from": "shop/web", "to": "shop/cart", "port": 80}\n'
    await fetch(`${server.url}/api/v1/flows`, { method: 'POST', body, headers: { 'content-type': 'application/x-ndjson' } })
    await header.getByRole('link', { name: '1 lost' }).click()
    await expect(page).toHaveURL(/\/settings#losses$/)
    const ledger = page.getByRole('region', { name: 'Loss ledger' })
    await expect(ledger).toBeFocused()
    await expect(ledger.getByRole('heading', { name: 'Loss ledger' })).toBeInViewport()
    await expect(header).toBeInViewport({ ratio: 1 })
    await expect(ledger).toContainText('1 record was lost')
    const losses = ledger.getByRole('list', { name: 'What ingest lost' })
    await expect(losses.getByRole('listitem')).toHaveText(/Could not be read: port.*See what the writer of these lines puts there/)
  } finally {
    await server.stop()
  }
})

test('an edge names the sources that reported it', async ({ quietPage: page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-sources-'))
  const line = (to: string) => `{"from": "shop/web[Deployment]", "to": "${to}", "port": 8080, "verdict": "forwarded"}\n`
  await writeFile(join(folder, 'flows.jsonl'), line('shop/cart[Deployment]'))
  await writeFile(join(folder, 'pods.yaml'), aPodOfShop('web', '10.0.0.1'))
  const cluster = ['--cluster', `manifests:${join(folder, 'pods.yaml')}`]
  const server = await startServer([...cluster, '--flows', 'ingest', '--flows', `file:${join(folder, 'flows.jsonl')}`])
  try {
    const body = line('shop/cart[Deployment]') + line('shop/pay[Deployment]')
    await fetch(`${server.url}/api/v1/flows`, { method: 'POST', body, headers: { 'content-type': 'application/x-ndjson' } })
    const observed = page.getByRole('complementary', { name: 'Details' }).getByRole('region', { name: 'Observed' })
    for (const [to, reporters] of [
      ['cart', ['flows.jsonl', 'ingest']],
      ['pay', ['ingest']],
    ] as const) {
      const edge = `shop/web[Deployment]>shop/${to}[Deployment] traffic TCP 8080`
      await page.goto(`${server.url}/map?level=workload&sel=${encodeURIComponent(edge)}`)
      await expect(observed.getByText('Reported by')).toBeVisible()
      for (const reporter of reporters) await expect(observed.getByRole('button', { name: reporter })).toBeVisible()
      await expect(observed.getByText('the best kind of source counts')).toBeVisible({ visible: reporters.length > 1 })
    }
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
})

test('a source that fails is said so within seconds, with what to do, and it comes back by itself', async ({ quietPage: page }) => {
  let hubble = await startHubble(0)
  const { port } = hubble
  const server = await startServer(['--cluster', 'demo', '--flows', `hubble:127.0.0.1:${port}`])
  try {
    await page.goto(`${server.url}/settings#sources`)
    const sources = page.getByRole('table', { name: 'Flow sources' })
    const row = sources.getByRole('row', { name: new RegExp(`^hubble 127\\.0\\.0\\.1:${port} `) })
    const trouble = page.getByRole('banner').getByRole('link', { name: 'hubble failed' })
    await expect(row).toContainText('live')
    await expect(row.getByRole('cell').nth(4)).toHaveText(/^\d\d:\d\d:\d\d$/)
    await expect(trouble).toBeHidden()

    hubble.stop()
    await expect(trouble).toBeVisible({ timeout: 10_000 })
    await expect(row).toContainText('failed')
    await expect(sources).toContainText(/nobody listens there.*check the port, and whether it runs; trying again/)

    hubble = await startHubble(port)
    await expect(row).toContainText('live', { timeout: 30_000 })
    await expect(trouble).toBeHidden()
    await expect(sources).not.toContainText('trying again')
  } finally {
    hubble.stop()
    await server.stop()
  }
})
