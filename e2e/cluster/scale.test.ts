import { expect as see } from 'playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ControlPlane, startControlPlane } from './control-plane'
import { eventually } from './eventually'
import { type FakeKubelet, startFakeKubelet } from './fake-kubelet'
import { aDeployment, aNamespace, aPod, aService } from './objects'
import { type OpenedPage, openPage } from './page'
import { type Product, startProduct } from './product'

const NAMESPACES = 25
const PODS = 5_000
const VISITORS = 10

/** Making the pods takes half a minute where nothing else runs, and longer where something does. */
const PATIENCE_MS = 300_000

let plane: ControlPlane
let kubelet: FakeKubelet
let product: Product
let browser: OpenedPage

beforeAll(async () => {
  plane = await startControlPlane()
  kubelet = await startFakeKubelet(plane, NAMESPACES)
  product = await startProduct(plane.kubeconfig)
  browser = await openPage(product.url)
})

afterAll(async () => {
  await browser?.close()
  await product?.stop()
  await kubelet?.stop()
  await plane?.stop()
})

async function scaleTo(replicas: number): Promise<void> {
  for (let index = 0; index < NAMESPACES; index += 1) {
    const namespace = `team-${index}`
    await plane.admin.apply(
      aNamespace(namespace),
      aService(namespace, 'web'),
      aDeployment(namespace, 'web', { replicas, nodeName: `node-${index}` }),
    )
  }
}

/** Once a second: a list of all pods is work for the server that is being watched. */
async function runningPods(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  return (await plane.admin.list('/api/v1/pods?fieldSelector=status.phase%3DRunning')).length
}

test(`${PODS} pods come, and the page shows a change as soon`, { timeout: 2 * PATIENCE_MS }, async () => {
  await product.reaches('live')
  const started = performance.now()
  await scaleTo(PODS / NAMESPACES)
  await eventually('all pods to run', async () => (await runningPods()) === PODS, PATIENCE_MS)
  const made = performance.now()
  await eventually('all pods in the product', async () => (await product.count('Pod')) === PODS)
  console.log(`${PODS} pods within ${Math.round(made - started)} ms, known ${Math.round(performance.now() - made)} ms later`)
  await product.reaches('live')

  await browser.openTree('workload', 'team-7')
  await see(browser.page.getByRole('treeitem', { name: `web ${PODS / NAMESPACES} pods · Deployment` })).toBeVisible()
  const times: number[] = []
  for (let round = 0; round < VISITORS; round += 1) {
    const name = `visitor-${round}`
    times.push(await browser.timeUntilSeen(name, () => plane.admin.apply(aPod('team-7', name, { app: name }, 'node-7'))))
  }
  const sorted = times.sort((a, b) => a - b).map(Math.round)
  console.log(`from the answer of the API server to the page: median ${sorted[VISITORS / 2]} ms, slowest ${sorted.at(-1)} ms`)
  expect(sorted[VISITORS / 2]).toBeLessThan(1_000)
})

test('they go again', { timeout: 2 * PATIENCE_MS }, async () => {
  await scaleTo(0)
  await eventually('only the visitors to run', async () => (await runningPods()) === VISITORS, PATIENCE_MS)
  await eventually('only the visitors in the product', async () => (await product.count('Pod')) === VISITORS)
  await product.reaches('live')
  expect(browser.problems).toEqual([])
})
