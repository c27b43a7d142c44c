import { expect as see } from 'playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ServiceDocument } from '@/lib/api/details'
import { type ControlPlane, startControlPlane } from './control-plane'
import { aCustomKind } from './custom-kind'
import { eventually } from './eventually'
import { type FakeKubelet, startFakeKubelet } from './fake-kubelet'
import { aDeployment, aNamespace, anAllowPolicy, aPod, aService } from './objects'
import { type OpenedPage, openPage } from './page'
import { type Product, startProduct } from './product'

let plane: ControlPlane
let kubelet: FakeKubelet
let product: Product
let browser: OpenedPage

beforeAll(async () => {
  plane = await startControlPlane()
  kubelet = await startFakeKubelet(plane, 2)
  await plane.admin.apply(
    aNamespace('shop'),
    aDeployment('shop', 'cart', { replicas: 2 }),
    aService('shop', 'cart', { ipFamilyPolicy: 'RequireDualStack' }),
    aDeployment('shop', 'web', { nodeName: 'node-1' }),
    anAllowPolicy('shop', 'cart', 'cart', { role: 'client' }),
  )
  await eventually('three pods with an address', async () => {
    const pods = await plane.admin.list('/api/v1/namespaces/shop/pods')
    return pods.filter(({ status }) => (status as { podIP?: string }).podIP !== undefined).length === 3
  })
  product = await startProduct(plane.kubeconfig)
  browser = await openPage(product.url)
})

afterAll(async () => {
  await browser?.close()
  await product?.stop()
  await kubelet?.stop()
  await plane?.stop()
})

test('the first sync shows the cluster whole', async () => {
  await product.reaches('live')
  const paths: readonly (readonly [string, string])[] = [
    ['Namespace', '/api/v1/namespaces'],
    ['Pod', '/api/v1/pods'],
    ['Service', '/api/v1/services'],
    ['Deployment', '/apis/apps/v1/deployments'],
    ['EndpointSlice', '/apis/discovery.k8s.io/v1/endpointslices'],
    ['NetworkPolicy', '/apis/networking.k8s.io/v1/networkpolicies'],
    ['Node', '/api/v1/nodes'],
  ]
  for (const [kind, path] of paths) expect([kind, await product.count(kind)]).toEqual([kind, (await plane.admin.list(path)).length])
  await browser.openTree('workload', 'shop')
  const tree = browser.page.getByRole('tree', { name: 'Things on the map' })
  await see(tree.getByRole('treeitem', { name: /^cart 2 pods · Deployment/ })).toBeVisible()
  await see(tree.getByRole('treeitem', { name: /^web 1 pod · Deployment/ })).toBeVisible()
})

test('a change is in the page in less than a second', async () => {
  await browser.openTree('workload', 'shop')
  const times: number[] = []
  for (let round = 0; round < 20; round += 1) {
    const name = `visitor-${round}`
    times.push(await browser.timeUntilSeen(name, () => plane.admin.apply(aPod('shop', name, { app: name }))))
  }
  const sorted = times.sort((a, b) => a - b).map(Math.round)
  console.log(`from the answer of the API server to the page: median ${sorted[10]} ms, slowest ${sorted.at(-1)} ms`)
  expect(sorted[10]).toBeLessThan(1_000)
  await plane.admin.delete(...Array.from({ length: 20 }, (_, round) => aPod('shop', `visitor-${round}`, {})))
  await see(browser.page.getByRole('treeitem', { name: /^visitor-/ })).toHaveCount(0)
})

test('a new label flips a verdict', async () => {
  const ask = () => product.verdict('shop/web[Deployment]', 'svc:shop/cart', 80)
  expect(await ask()).toBe('denied')
  const web = aDeployment('shop', 'web', { nodeName: 'node-1', labels: { role: 'client' } })
  await plane.admin.apply(web)
  await eventually('allowed', async () => (await ask()) === 'allowed')
  await plane.admin.apply(aDeployment('shop', 'web', { nodeName: 'node-1' }))
  await eventually('denied', async () => (await ask()) === 'denied')
})

test('a service of two families has both addresses, and endpoints of both', async () => {
  const cart = await product.read<ServiceDocument>('services/svc%3Ashop%2Fcart')
  expect(cart.ipFamilies).toEqual(['IPv4', 'IPv6'])
  expect(cart.clusterIps).toEqual([expect.stringMatching(/^10\.96\./), expect.stringMatching(/^fd00:10:96:/)])
  const addresses = cart.endpoints.items.flatMap(({ addresses }) => addresses)
  expect(addresses.filter((address) => address.startsWith('10.24'))).toHaveLength(2)
  expect(addresses.filter((address) => address.startsWith('fd00:10:244:'))).toHaveLength(2)
})

test('a kind that comes with a CRD is watched from then on, and forgotten with it', async () => {
  const { definition, object } = aCustomKind({
    group: 'crd.projectcalico.org',
    kind: 'GlobalNetworkPolicy',
    plural: 'globalnetworkpolicies',
  })
  expect(await product.count('GlobalNetworkPolicy')).toBe(0)
  await plane.admin.apply(
    definition,
    object('no-metadata-service', { selector: 'all()', types: ['Egress'], egress: [{ action: 'Allow' }] }),
  )
  await eventually('the policy', async () => (await product.count('GlobalNetworkPolicy')) === 1, 60_000)
  await plane.admin.delete(definition)
  await eventually('no policy', async () => (await product.count('GlobalNetworkPolicy')) === 0, 60_000)
})

test('the page had nothing to complain about', () => {
  expect(browser.problems).toEqual([])
})
