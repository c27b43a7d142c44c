import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StartedServer, startServer } from '../testing/start-server.mjs'
import { expect, test } from './page-problems'
import { aPodOfShop } from './pod-manifest'

const MINUTE = 60_000
const WALL = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: wall, namespace: shop}
spec: {podSelector: {matchLabels: {app: cart}}, policyTypes: [Ingress]}
`

test.describe('another time than now', () => {
  let folder: string
  let server: StartedServer
  const serve = () =>
    startServer(['--cluster', `manifests:${join(folder, 'objects')}`, '--flows', 'ingest', '--store', `embedded:${join(folder, 'store')}`])

  test.beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-time-'))
    await mkdir(join(folder, 'objects'))
    await writeFile(
      join(folder, 'objects', 'pods.yaml'),
      aPodOfShop('web', '10.0.0.1') + aPodOfShop('cart', '10.0.0.2') + aPodOfShop('job', '10.0.0.3'),
    )
    server = await serve()
  })
  test.afterAll(async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('the map goes back, compares, and remembers over a restart', async ({ page }) => {
    const now = Date.now()
    const flow = (at: number, from: string, verdict = 'forwarded') =>
      `${JSON.stringify({ time: new Date(at).toISOString(), from: `shop/${from}`, to: 'shop/cart', port: 8080, protocol: 'TCP', verdict })}\n`
    const post = async (lines: string) => {
      const posted = await page.request.post(`${server.url}/api/v1/flows`, {
        data: lines,
        headers: { 'content-type': 'application/x-ndjson' },
      })
      expect((await posted.json()).rejected).toEqual([])
    }
    await post(flow(now - 32 * MINUTE, 'web') + flow(now - 32 * MINUTE, 'job') + flow(now, 'web'))

    // Back in time, by the menu.
    await page.goto(`${server.url}/map?level=workload&window=5m`)
    const details = page.getByRole('complementary', { name: 'Details' })
    await expect(details).toContainText('web → shop/cart')
    await expect(details).not.toContainText('job → shop/cart')
    await page.getByRole('button', { name: /^Time range/ }).click()
    await page.getByRole('menuitem', { name: 'At another time…' }).click()
    await page.getByRole('dialog', { name: 'At another time' }).getByRole('button', { name: '30 min ago' }).click()
    await expect(page.getByText(/^As of /)).toBeVisible()
    await expect(page.getByText(/objects and verdicts are those of now, traffic is of then/)).toBeVisible()
    await expect(details).toContainText('job → shop/cart')
    await page.getByRole('button', { name: 'Back to now' }).click()
    await expect(details).not.toContainText('job → shop/cart')

    // What differs since then: asked on any page, the map tells it.
    await page.getByRole('banner').getByRole('link', { name: 'Flows' }).click()
    await expect(page).toHaveURL(/\/flows\?/)
    await page.getByRole('button', { name: /^Time range/ }).click()
    await page.getByRole('menuitem', { name: 'Compare with another time…' }).click()
    await page.getByRole('dialog', { name: 'Compare with another time' }).getByRole('button', { name: '30 min ago' }).click()
    await expect(page).toHaveURL(/\/map\?.*vs=/)
    const vanished = details.getByRole('region', { name: 'Vanished' })
    await expect(vanished.getByRole('listitem')).toHaveCount(1)
    await expect(vanished).toContainText('job → shop/cart')
    await expect(details).toContainText('The objects of the earlier time are not known')
    // A click leads to the time at which it was there.
    await vanished.getByRole('button').click()
    await expect(page.getByText(/^As of /)).toBeVisible()
    await expect(page.getByText('Compared with')).toBeVisible()
    await expect(details.getByRole('heading', { level: 2 })).toContainText('cart')
    await page.getByRole('button', { name: 'Stop comparing' }).click()
    await page.getByRole('button', { name: 'Back to now' }).click()

    // A policy comes, the client gives up: the verdict flipped, and the policy is named, also after a restart.
    const before = new Date().toISOString()
    await writeFile(join(folder, 'objects', 'wall.yaml'), WALL)
    await expect
      .poll(async () => (await (await page.request.get(`${server.url}/api/v1/changes`)).json()).total, { timeout: 20_000 })
      .toBe(1)
    await server.stop()
    server = await serve()
    await expect.poll(async () => (await page.request.get(`${server.url}/api/v1/changes?from=${before}`)).status()).toBe(200)
    await page.goto(`${server.url}/map?level=workload&window=5m&vs=${before}`)
    const flipped = details.getByRole('region', { name: 'Verdict flipped' })
    await expect(flipped).toContainText('web → shop/cart', { timeout: 20_000 })
    await expect(flipped).toContainText('refused since by NetworkPolicy:shop/wall')
    await expect(details.getByRole('region', { name: 'Changes of the cluster in between' })).toContainText('NetworkPolicy shop/wall came')
  })
})
