import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect as see } from 'playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ControlPlane, startControlPlane } from './control-plane'
import { eventually } from './eventually'
import { writeKubeconfig } from './kubeconfig'
import { aNamespace, aService } from './objects'
import { type OpenedPage, openPage } from './page'
import { type Product, startProduct } from './product'
import { clusterRights, deployedRules, namespaceRights } from './roles'
import { aServiceAccount, makeToken } from './service-account'

const ACCOUNT = { namespace: 'default', name: 'sluice' }

let plane: ControlPlane
let product: Product
let browser: OpenedPage
let tokenFile: string

beforeAll(async () => {
  plane = await startControlPlane()
  await plane.admin.apply(aNamespace('shop'), aNamespace('payments'), aService('shop', 'cart'), aService('payments', 'ledger'))
})

afterAll(() => plane?.stop())

beforeEach(async () => {
  // A test that failed may have left it killed.
  await plane.startApiServer()
  await plane.admin.apply(...clusterRights('sluice', ACCOUNT, deployedRules()))
  tokenFile = join(plane.folder, 'sluice.token')
  writeFileSync(tokenFile, await makeToken(plane, ACCOUNT.namespace, ACCOUNT.name))
  const kubeconfig = join(plane.folder, 'sluice.kubeconfig')
  writeKubeconfig(kubeconfig, { ...plane, credentials: { tokenFile }, namespace: 'shop' })
  product = await startProduct(kubeconfig)
  browser = await openPage(product.url)
  await product.reaches('live')
})

afterEach(async () => {
  await browser?.close()
  await product?.stop()
})

const restart = async () => {
  await plane.killApiServer()
  await plane.startApiServer()
}
const knows = (service: string) => product.find(`services/${encodeURIComponent(`svc:${service}`)}`)
const sign = () => browser.page.getByRole('banner').getByRole('link', { name: /^(stale|partly read)$/ })

test('an API server that is killed makes what is shown stale, and one that comes back makes it live', async () => {
  await browser.page.goto('/map')
  await see(sign()).toHaveCount(0)
  await plane.killApiServer()
  const { message } = await product.reaches('stale')
  expect(message).toMatch(/not up to date/)
  await see(sign()).toHaveText('stale')
  expect(await knows('shop/cart')).not.toBeNull()

  await plane.startApiServer()
  const back = performance.now()
  await product.reaches('live')
  console.log(`live again ${Math.round(performance.now() - back)} ms after the API server was ready`)
  await see(sign()).toHaveCount(0)
  await plane.admin.apply(aService('shop', 'after'))
  await eventually('the new service', () => knows('shop/after'))
})

test('after etcd was compacted, what changed meanwhile is found by reading anew', async () => {
  await plane.killApiServer()
  await product.reaches('stale')
  // Long enough away for the product to wait between its attempts, so that the changes below come before it is back.
  await plane.startApiServer()
  await plane.admin.delete(aService('shop', 'after'))
  await plane.admin.apply(aService('shop', 'compacted'))
  await plane.compact()
  await restart()
  await product.reaches('live')
  await eventually('the new service', () => knows('shop/compacted'))
  await eventually('the end of the old one', async () => (await knows('shop/after')) === null)
})

test('a token that is revoked is told, and a new one in the same file is taken without a restart', async () => {
  await plane.admin.delete(aServiceAccount(ACCOUNT.namespace, ACCOUNT.name))
  // A server asks who somebody is when a request begins, so a running watch goes on until it ends.
  await restart()
  const { message } = await product.reaches('stale')
  expect(message).toMatch(/401|Unauthorized|token|credentials/i)
  writeFileSync(tokenFile, await makeToken(plane, ACCOUNT.namespace, ACCOUNT.name))
  await product.reaches('live', 60_000)
})

test('rights that are cut to one namespace leave that namespace, and say so', async () => {
  await browser.page.goto('/map')
  const [, binding] = clusterRights('sluice', ACCOUNT, deployedRules())
  if (binding === undefined) throw new Error('there is no binding')
  await plane.admin.apply(namespaceRights('shop', 'sluice', ACCOUNT))
  await plane.admin.delete(binding)
  await restart()
  await product.reaches('partial', 60_000)
  await see(sign()).toHaveText('partly read')
  expect(await knows('shop/cart')).not.toBeNull()
  await eventually('nothing of the other namespace', async () => (await knows('payments/ledger')) === null)
  await plane.admin.apply(aService('shop', 'still-watched'))
  await eventually('the new service', () => knows('shop/still-watched'))
})
