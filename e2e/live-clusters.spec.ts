import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ADMINISTRATOR, type FakeApi, startFakeApi } from '../testing/fake-api/fake-api'
import type { KubernetesObject } from '../testing/fake-api/kubernetes-object'
import { type StartedServer, startServer } from '../testing/start-server.mjs'
import { drawnMap, expect, test } from './page-problems'

const inShop = (name: string) => ({ name, namespace: 'shop' })
const pod = (name: string, ip: string, labels: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...inShop(name), labels },
  spec: { containers: [{ name: 'app', image: 'app:1', ports: [{ containerPort: 8080 }] }] },
  status: { phase: 'Running', podIPs: [{ ip }], conditions: [{ type: 'Ready', status: 'True' }] },
})
const policy = (app: string): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: inShop('closed'),
  spec: { podSelector: { matchLabels: { app } }, policyTypes: ['Ingress'] },
})
const shop = (app: string): readonly KubernetesObject[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  pod('web', '10.1.0.1', { app: 'web' }),
  pod('cart', '10.1.0.2', { app: 'cart' }),
  policy(app),
]

const READER = {
  name: 'reader',
  token: 'reader-token',
  rules: [{ namespace: null, apiGroups: ['', 'apps', 'batch', 'discovery.k8s.io'], resources: ['*'], verbs: ['list', 'watch', 'get'] }],
}

test.describe('clusters that are watched', () => {
  let folder: string
  let prod: FakeApi
  let staging: FakeApi
  let server: StartedServer

  test.beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-live-'))
    prod = await startFakeApi({ objects: shop('cart'), bookmarkEveryMs: 1_000 })
    staging = await startFakeApi({ objects: shop('web'), users: [ADMINISTRATOR, READER] })
    const user = ({ name, token }: { name: string; token: string }) => ({ name, user: { token } })
    const cluster = (name: string, { url, ca }: FakeApi) => ({
      name,
      cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
    })
    const context = (name: string, cluster: string, user: string) => ({ name, context: { cluster, user } })
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'prod',
      clusters: [cluster('prod', prod), cluster('staging', staging)],
      users: [user(ADMINISTRATOR), user(READER)],
      contexts: [context('prod', 'prod', 'admin'), context('staging', 'staging', 'admin'), context('staging/reader', 'staging', 'reader')],
    }
    await writeFile(join(folder, 'config'), JSON.stringify(kubeconfig))
    server = await startServer(['--cluster', 'kubeconfig', '--kubeconfig', join(folder, 'config')])
  })
  test.afterAll(async () => {
    await server.stop()
    await prod.stop()
    await staging.stop()
    await rm(folder, { recursive: true })
  })

  test('a change in the cluster is on the map without a reload', async ({ quietPage: page }) => {
    await page.goto(`${server.url}/map?level=workload&as=table`)
    await expect(page.getByRole('row', { name: /cart/ }).first()).toBeVisible()
    prod.objects.put(pod('billing', '10.1.0.3', { app: 'billing' }))
    await expect(page.getByText('billing').first()).toBeVisible({ timeout: 5_000 })
  })

  test('a context is chosen in the header, connected, and shown beside the first', async ({ quietPage: page }) => {
    await page.goto(`${server.url}/map?level=workload`)
    await drawnMap(page)
    await page.getByRole('banner').getByRole('button', { name: 'prod' }).click()
    const clusters = page.getByRole('dialog', { name: 'Clusters' })
    await expect(clusters.getByRole('button', { name: /^staging not connected/ })).toBeVisible()
    await clusters.getByRole('button', { name: /^staging not connected/ }).click()
    await expect(page).toHaveURL(/cluster=staging$/)
    await page.getByRole('button', { name: 'Connect' }).click()
    await drawnMap(page)
    await page.getByRole('banner').getByRole('button', { name: 'staging' }).click()
    await clusters.getByRole('checkbox', { name: /^Show prod / }).click()
    await expect(page).toHaveURL(/cluster=staging,prod/)
    await expect(clusters.getByRole('checkbox', { name: /^Show prod / })).toBeChecked()
    await expect(page.getByRole('complementary', { name: 'Details' })).toContainText('staging, prod')
    await expect(page.getByRole('complementary', { name: 'Details' })).toContainText(/Namespaces\s*2/)
    await page.getByRole('link', { name: 'Policies' }).click()
    await expect(page.getByRole('radio', { name: 'staging' })).toBeChecked()
    await expect(page.getByRole('row', { name: /closed/ })).toBeVisible()
    await page.getByRole('radio', { name: 'prod' }).click()
    await expect(page).toHaveURL(/cluster=prod,staging/)
  })

  test('details are those of the cluster of what is selected', async ({ quietPage: page }) => {
    await page.request.post(`${server.url}/api/v1/clusters`, { data: { name: 'staging', connected: true } })
    await page.goto(`${server.url}/map?cluster=prod,staging&level=workload&sel=@prod/shop/cart[Pod]`)
    const details = page.getByRole('complementary', { name: 'Details' })
    await expect(details).toContainText('for what comes in')
    await page.goto(`${server.url}/map?cluster=prod,staging&level=workload&sel=@staging/shop/cart[Pod]`)
    await expect(details).toContainText('everything is allowed')
  })

  test('what is clicked on a map of several clusters opens in its own cluster, and the other pages follow', async ({ quietPage: page }) => {
    await page.request.post(`${server.url}/api/v1/clusters`, { data: { name: 'staging', connected: true } })
    await page.goto(`${server.url}/map?cluster=prod,staging&level=workload&as=tree`)
    const carts = page.getByRole('treeitem', { name: /^cart/ })
    const details = page.getByRole('complementary', { name: 'Details' })
    await expect(carts).toHaveCount(2)
    for (const name of ['prod: shop/web', 'staging: shop/cart']) {
      await expect(details.getByRole('button', { name, exact: true })).toBeVisible()
    }
    await carts.nth(0).click()
    await expect(page).toHaveURL(/sel=@prod\/shop\/cart/)
    await expect(details).toContainText('for what comes in')
    await carts.nth(1).click()
    await expect(page).toHaveURL(/sel=@staging\/shop\/cart/)
    await expect(details).toContainText('everything is allowed')
    await carts.nth(0).click()
    await expect(details).toContainText('for what comes in')
    await carts.nth(1).click()
    await expect(details).toContainText('everything is allowed')
    await page.getByRole('link', { name: 'Policies' }).click()
    await expect(page.getByRole('radio', { name: 'staging' })).toBeChecked()
  })

  test('what may not be read is named, and nothing is called allowed for want of it', async ({ page }) => {
    await page.goto(`${server.url}/map?cluster=staging/reader&level=workload`)
    await page.getByRole('button', { name: 'Connect' }).click()
    await expect(page.getByRole('banner').getByRole('link', { name: 'partly read' })).toBeVisible()
    await page.getByRole('banner').getByRole('link', { name: 'partly read' }).click()
    const row = page.getByRole('table', { name: 'Kinds that are watched' }).getByRole('row', { name: /^NetworkPolicy/ })
    await expect(row).toContainText('not permitted')
    await expect(row).toContainText('The right to list networkpolicies.networking.k8s.io in the whole cluster')
    const evaluated = await page.request.post(`${server.url}/api/v1/evaluate?cluster=staging/reader`, {
      data: { from: 'shop/web', to: 'shop/cart', port: 8080 },
    })
    expect(await evaluated.json()).toMatchObject({ answers: [{ verdict: 'unknown', reason: 'policies-not-read' }] })
  })

  test('a cluster that cannot be reached any more is stale, with the time, and comes back by itself', async ({ page }) => {
    await page.goto(`${server.url}/map?level=workload`)
    await drawnMap(page)
    await prod.line.refuse()
    prod.line.cut()
    await expect(page.getByRole('banner').getByRole('link', { name: 'stale' })).toBeVisible({ timeout: 30_000 })
    await expect(page.getByText(/^Some of this is as it was at/)).toBeVisible()
    await expect(page.getByRole('banner').getByText('cluster stale since')).toBeVisible()
    await expect(page.getByRole('banner').getByText(/^live/)).toBeHidden()
    await expect(page.getByRole('application', { name: /^Map/ })).toBeVisible()
    await prod.line.accept()
    await expect(page.getByRole('banner').getByRole('link', { name: 'stale' })).toBeHidden({ timeout: 60_000 })
  })

  test('a cluster that nobody knows is no empty map', async ({ page }) => {
    await page.goto(`${server.url}/map?cluster=__proto__`)
    await expect(page.getByText('There is no cluster “__proto__” here.')).toBeVisible()
    await page.getByRole('button', { name: 'Show the first cluster' }).click()
    await drawnMap(page)
  })
})
