import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StartedServer, startServer } from '../testing/start-server.mjs'
import { expect, test } from './page-problems'
import { aPodOfShop } from './pod-manifest'

const POLICY = (from: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec: {podSelector: {matchLabels: {app: cart}}, ingress: [{from: [{podSelector: {matchLabels: {app: ${from}}}}]}]}
`

test.describe('a cluster that changes', () => {
  let folder: string
  let server: StartedServer

  test.beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-changes-'))
    await writeFile(
      join(folder, 'pods.yaml'),
      aPodOfShop('web', '10.0.0.1') + aPodOfShop('cart', '10.0.0.2') + aPodOfShop('job', '10.0.0.3'),
    )
    await writeFile(join(folder, 'policy.yaml'), POLICY('web'))
    server = await startServer(['--cluster', `manifests:${folder}`, '--flows', 'ingest'])
  })
  test.afterAll(async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('a changed policy is marked on the timeline, listed with what it altered, and told beside a flow from before', async ({ page }) => {
    const flow = { time: new Date().toISOString(), from: 'shop/web', to: 'shop/cart', port: 8080, protocol: 'TCP', verdict: 'forwarded' }
    const posted = await page.request.post(`${server.url}/api/v1/flows`, {
      data: `${JSON.stringify(flow)}\n`,
      headers: { 'content-type': 'application/x-ndjson' },
    })
    expect(await posted.json()).toMatchObject({ accepted: 1 })
    await page.goto(`${server.url}/flows`)
    const row = page.getByRole('row', { name: /shop\/web.*shop\/cart|web.*cart/ }).first()
    await expect(row).toBeVisible()
    await writeFile(join(folder, 'policy.yaml'), POLICY('job'))

    const toggle = page.getByRole('button', { name: '1 change of the cluster' })
    await expect(toggle).toBeVisible({ timeout: 15_000 })
    await toggle.click()
    const changes = page.getByRole('region', { name: 'Changes of the cluster' })
    await expect(changes).toContainText('NetworkPolicy shop/cart changed')
    await expect(changes).toContainText('It opened 1 pair of workloads, closed 1 pair of workloads.', { timeout: 15_000 })

    await row.getByRole('gridcell').first().click()
    const detail = page.getByRole('complementary', { name: 'Flow' })
    await expect(detail).toContainText('It fits what the policies said when the flow was taken (allowed). They changed since.')
    await expect(detail.getByRole('region', { name: 'What changed since' })).toContainText('NetworkPolicy shop/cart changed')

    await page.goto(`${server.url}/policies?policy=NetworkPolicy:shop/cart`)
    await expect(page.getByText(/^Changed .* ago|^Changed just now/)).toBeVisible()
  })
})
