import { fileURLToPath } from 'node:url'
import { type StartedServer, startServer } from '../testing/start-server.mjs'
import { axeFindings } from './axe'
import { expect, open, test } from './page-problems'

const folder = fileURLToPath(new URL('./clusters/platform', import.meta.url))

test.describe('what a cluster is built of', () => {
  let server: StartedServer
  test.beforeAll(async () => {
    server = await startServer(['--cluster', `manifests:${folder}`])
  })
  test.afterAll(async () => {
    await server.stop()
  })

  test('the Status page names it, and every line opens to how it is known', async ({ quietPage: page }) => {
    await open(page, `${server.url}/settings`)
    const section = page.getByRole('region', { name: 'This cluster' })
    await expect(section).toContainText('Flannel, between machines by VXLAN')
    await expect(section).toContainText('no, by nobody Flannel does not enforce NetworkPolicy.')
    await expect(section).toContainText('kube-proxy, ipvs: the endpoint with the fewest connections (IPVS lc)')
    await expect(section).toContainText('Names end in corp.local')
    const evidence = section.getByText('DaemonSet kube-flannel/kube-flannel-ds is Flannel and runs').first()
    await expect(evidence).toBeHidden()
    await section
      .getByText(/^How we know/)
      .first()
      .click()
    await expect(evidence).toBeVisible()
    await section.getByRole('link', { name: 'on the map' }).first().click()
    await expect(page).toHaveURL(/sel=kube-flannel/)
    await expect(page.getByRole('heading', { name: /kube-flannel-ds/ })).toBeVisible()
  })

  test('a Service says how connections find an endpoint, and its names', async ({ quietPage: page }) => {
    await open(page, `${server.url}/map?level=workload&ns=shop&sel=svc:shop/cart`)
    await expect(page.getByText('the endpoint with the fewest connections (IPVS lc) (kube-proxy)')).toBeVisible()
    await expect(page.getByText('each client address keeps its endpoint for 600 s')).toBeVisible()
    await expect(page.getByText('cart.shop.svc.corp.local', { exact: true })).toBeVisible()
    await page
      .getByText(/^Read from/)
      .first()
      .click()
    await expect(page.getByText('ConfigMap kube-system/kube-proxy says config.conf ipvs.scheduler: lc.')).toBeVisible()
  })

  for (const scheme of ['light', 'dark'] as const) {
    test.describe(scheme, () => {
      test.use({ colorScheme: scheme, bypassCSP: true })
      test('axe finds nothing on what is opened', async ({ quietPage: page }) => {
        await open(page, `${server.url}/settings`)
        await page
          .getByText(/^How we know/)
          .first()
          .click()
        expect(await axeFindings(page)).toEqual([])
      })
    })
  }
})
