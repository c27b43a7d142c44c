import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StartedServer, startServer } from '../testing/start-server.mjs'
import { expect, test } from './page-problems'

test.describe('a cluster in one file', () => {
  let folder: string
  const servers: StartedServer[] = []

  test.beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-bundle-'))
  })
  test.afterAll(async () => {
    for (const server of servers) await server.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('is downloaded from the map, opens on another server, and says that it is a recording', async ({ page }) => {
    const live = await startServer(['--cluster', 'demo'])
    servers.push(live)
    await page.goto(`${live.url}/map?ns=storefront`)
    await expect(page.getByText('simulated')).toBeVisible()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: /^Bundle/ }).click()
    const file = await download
    expect(file.suggestedFilename()).toMatch(/^northwater-demo-.*\.sluice\.gz$/)
    const path = join(folder, 'demo.sluice.gz')
    await file.saveAs(path)

    const recorded = await startServer(['--cluster', `bundle:${path}`])
    servers.push(recorded)
    await page.goto(`${recorded.url}/map`)
    await expect(page.getByText('recording', { exact: true })).toBeVisible()
    await expect(page.getByText(/^recorded \d{4}-\d\d-\d\d \d\d:\d\d$/)).toBeVisible()
    const graph = await (await page.request.get(`${recorded.url}/api/v1/topology?level=workload`)).json()
    expect(graph.edges.filter(({ relation }: { relation: string }) => relation === 'traffic').length).toBeGreaterThan(20)
    await page.goto(`${recorded.url}/flows`)
    await expect(page.getByRole('row').nth(5)).toBeVisible()
    const status = await (await page.request.get(`${recorded.url}/api/v1/status`)).json()
    expect(status.cluster.recording).toMatchObject({ masked: false })
    expect(status.sources).toMatchObject([{ name: 'demo', state: 'ended' }])
  })
})
