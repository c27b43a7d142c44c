import { fileURLToPath } from 'node:url'
import { type StartedServer, startServer } from '../testing/start-server.mjs'
import { expect, open, test } from './page-problems'

const folder = fileURLToPath(new URL('./clusters/hostile-names', import.meta.url))
const longWorkload = 'workload-with-the-longest-name-that-kubernetes-allows-is-63-chr'

test.describe('a cluster whose names break careless programs', () => {
  let server: StartedServer
  test.beforeAll(async () => {
    server = await startServer(['--cluster', `manifests:${folder}/cluster.yaml`, '--flows', `file:${folder}/flows.jsonl`])
  })
  test.afterAll(async () => {
    await server.stop()
  })

  test('every name is shown as it is written', async ({ quietPage: page }) => {
    await open(page, `${server.url}/map?level=workload`)
    await page.getByRole('radio', { name: 'Tree' }).click()
    const tree = page.getByRole('tree', { name: 'Things on the map' })
    for (const name of ['constructor', '__proto__', 'مساحة-العمل', 'namespace-with-the-longest-name-that-kubernetes-allows-63-chars']) {
      await expect(tree.getByRole('treeitem').filter({ hasText: name }).first()).toBeVisible()
    }
    for (const name of ['toString', 'hasOwnProperty', longWorkload, 'بوابة-الدفع']) {
      await expect(tree.getByRole('treeitem').filter({ hasText: name }).first()).toBeAttached()
    }
  })

  test('a name that is markup is a problem with its place, and stays text', async ({ quietPage: page }) => {
    await open(page, `${server.url}/settings`)
    await expect(page.getByText('"<img src=x onerror=alert(1)>" cannot be a name')).toBeVisible()
    expect(await page.locator('img[src="x"]').count()).toBe(0)
  })

  test('verdicts are right: only the one namespace may enter', async ({ request }) => {
    const ask = async (from: string) => {
      const answer = await request.post(`${server.url}/api/v1/evaluate`, {
        data: { from, to: 'constructor/toString[Deployment]', port: 8080, protocol: 'TCP' },
      })
      expect(answer.status()).toBe(200)
      return JSON.stringify(await answer.json())
    }
    expect(await ask('__proto__/hasOwnProperty[Deployment]')).toContain('"verdict":"allowed"')
    expect(await ask(`namespace-with-the-longest-name-that-kubernetes-allows-63-chars/${longWorkload}[Deployment]`)).toContain(
      '"verdict":"denied"',
    )
  })

  test('details open for every one of them by its address', async ({ quietPage: page, request }) => {
    for (const ref of [
      'constructor/toString[Deployment]',
      '__proto__/hasOwnProperty[Deployment]',
      `namespace-with-the-longest-name-that-kubernetes-allows-63-chars/${longWorkload}[Deployment]`,
    ]) {
      expect((await request.get(`${server.url}/api/v1/workloads/${encodeURIComponent(ref)}`)).status(), ref).toBe(200)
      await open(page, `${server.url}/map?level=workload&sel=${encodeURIComponent(ref)}`)
      await expect(page.getByRole('complementary', { name: 'Details' }).getByRole('heading', { level: 2 })).toBeVisible()
    }
  })

  test('recorded flows of these names are drawn, dropped ones as denied', async ({ request }) => {
    const states = async () => {
      const topology = await (await request.get(`${server.url}/api/v1/topology?level=workload`)).json()
      return topology.edges.filter((edge: { relation: string }) => edge.relation === 'traffic').map((edge: { state: string }) => edge.state)
    }
    await expect.poll(states).toEqual(expect.arrayContaining(['denied-tried', 'allowed-used']))
  })
})
