import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright/test'
import { type StartedServer, startServer } from '../testing/start-server.mjs'
import { axeFindings } from './axe'
import { expect, open, test } from './page-problems'

/** Browsers scroll by whole pixels, so that a fraction of one may stay out of sight. */
const WHOLE = 0.97

const folder = fileURLToPath(new URL('./clusters/policies', import.meta.url))

test.describe('the Policies page', () => {
  let server: StartedServer
  test.beforeAll(async () => {
    server = await startServer(['--cluster', `manifests:${folder}/cluster.yaml`, '--flows', `file:${folder}/flows.jsonl`])
  })
  test.afterAll(async () => {
    await server.stop()
  })

  const rowOf = (page: Page, name: string) => page.getByRole('grid', { name: 'Policies' }).getByRole('row', { name })

  test('lists every policy by tier, with hits, problems and whom it selects', async ({ quietPage: page }) => {
    await open(page, `${server.url}/policies`)
    const lines = page.getByRole('grid', { name: 'Policies' }).getByRole('row')
    await expect(lines.filter({ hasText: /^Tier / })).toHaveText([/^Tier Admin/, /^Tier NetworkPolicy/])
    const cells = (name: string) => rowOf(page, name).getByRole('gridcell')
    await expect(cells('cart shop')).toHaveText(['cart', 'shop', 'NetworkPolicy', '1', '2', '2', /^3 ✕ 1$/, /^2026-01-10 \d\d:\d\d$/, ''])
    await expect(cells('web shop').nth(6)).toHaveText('0')
    await expect(cells('web shop').nth(7)).toHaveText('never used')
    await expect(cells('typo shop').nth(3)).toHaveText('none')
    await expect(cells('typo shop').nth(4)).toHaveText('denies all')
    await expect(cells('typo shop').nth(8)).toContainText('selects none of the pods')
    await expect(cells('no-metadata-service').nth(1)).toHaveText('whole cluster')
  })

  test('filters by namespace and words, and says what is no property of a policy', async ({ quietPage: page }) => {
    await open(page, `${server.url}/policies?q=cart+verdict:dropped`)
    await expect(rowOf(page, 'cart shop')).toBeVisible()
    await expect(rowOf(page, 'web shop')).toHaveCount(0)
    await expect(page.getByText('Not a property of policies: verdict:dropped')).toBeVisible()
    await open(page, `${server.url}/policies?ns=__proto__`)
    await expect(rowOf(page, '__proto__ __proto__')).toBeVisible()
    await expect(rowOf(page, 'cart shop')).toHaveCount(0)
    await open(page, `${server.url}/policies?q=nobody-is-called-this`)
    await expect(page.getByText('The filter hides all 5 policies.')).toBeVisible()
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await expect(rowOf(page, 'cart shop')).toBeVisible()
  })

  test('a policy opens by keyboard as a picture, and the focus shows the same rule in the YAML', async ({ quietPage: page }) => {
    await open(page, `${server.url}/policies`)
    await expect(rowOf(page, 'cart shop')).toBeVisible()
    const grid = page.getByRole('grid', { name: 'Policies' })
    await grid.focus()
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/policy=NetworkPolicy:shop\/cart/)

    const into = page.getByRole('region', { name: 'What comes in' })
    await expect(into.getByRole('heading', { name: 'In namespace shop' })).toBeVisible()
    const web = into.getByRole('button', { name: /^app=web/ })
    await expect(web).toContainText('1 pod of 1 workload now')
    await expect(into.getByText('TCP 7070')).toBeVisible()
    await expect(into.getByText('2 seen')).toBeVisible()
    await expect(into.getByText('Everyone else is denied')).toBeVisible()
    await expect(page.getByRole('region', { name: 'What goes out' }).getByRole('button', { name: /^203\.0\.113\.0\/24/ })).toBeVisible()

    const yaml = page.getByRole('region', { name: 'YAML of NetworkPolicy:shop/cart' })
    await expect(yaml.locator('mark')).toHaveCount(0)
    await web.focus()
    await expect(yaml.locator('mark').filter({ hasText: 'app: web' })).toBeVisible()
    await expect(yaml.locator('mark').filter({ hasText: 'monitoring' })).toHaveCount(0)
    await yaml.getByRole('button', { name: 'ingress[1]' }).focus()
    await expect(yaml.locator('mark').filter({ hasText: 'monitoring' })).toBeVisible()
    await expect(into.locator('[data-active=true]')).toContainText('every pod of namespace monitoring')
    await page.keyboard.press('Escape')
    await expect(page).not.toHaveURL(/policy=/)
  })

  test('the line that the keys lead to is whole in sight, on the way back too', async ({ quietPage: page }) => {
    await page.setViewportSize({ width: 1280, height: 380 })
    await open(page, `${server.url}/policies`)
    const grid = page.getByRole('grid', { name: 'Policies' })
    const active = grid.locator('[data-active=true]')
    await expect(active).toBeVisible()
    await grid.focus()
    await page.keyboard.press('End')
    await expect(active).toContainText('web')
    await expect(active).toBeInViewport({ ratio: WHOLE })
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/policy=/)
    await page.keyboard.press('Escape')
    await expect(active).toContainText('web')
    await expect(active).toBeInViewport({ ratio: WHOLE })
  })

  test('the way back from a policy leads to where the list was left', async ({ quietPage: page }) => {
    await open(page, `${server.url}/policies`)
    const grid = page.getByRole('grid', { name: 'Policies' })
    const head = grid.getByRole('columnheader', { name: 'Policy' })
    await grid.getByRole('button', { name: 'Policy' }).click()
    await expect(head).toHaveAttribute('aria-sort', 'ascending')
    await rowOf(page, 'typo shop').click()
    await page.getByRole('button', { name: 'All policies' }).click()
    await expect(head).toHaveAttribute('aria-sort', 'ascending')
    await expect(grid).toBeFocused()
    await expect(grid.locator('[data-active=true]')).toContainText('typo')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/policy=NetworkPolicy:shop\/typo/)
  })

  test('the rule under the pointer is highlighted in both, and a peer leads to its flows', async ({ quietPage: page }) => {
    await open(page, `${server.url}/policies?policy=NetworkPolicy:shop/cart`)
    const yaml = page.getByRole('region', { name: 'YAML of NetworkPolicy:shop/cart' })
    await yaml.getByText('cidr: 203.0.113.0/24').hover()
    await expect(page.getByRole('region', { name: 'What goes out' }).locator('[data-active=true]')).toContainText('203.0.113.0/24')
    await page.getByRole('button', { name: /^app=web/ }).click()
    const who = page.getByRole('dialog', { name: 'app=web' })
    await expect(who.getByRole('link', { name: 'shop/web' })).toBeVisible()
    await who.getByRole('link', { name: 'Its flows' }).click()
    await expect(page).toHaveURL(/\/flows\?.*from:workload:shop\/web/)
    await expect(page.getByRole('row', { name: /shop\/web.*shop\/cart/ }).first()).toBeVisible()
  })

  test('the YAML stands still under the pointer, and follows what is pointed at in the picture', async ({ quietPage: page }) => {
    await page.setViewportSize({ width: 1280, height: 400 })
    await open(page, `${server.url}/policies?policy=NetworkPolicy:shop/cart`)
    const yaml = page.getByRole('region', { name: 'YAML of NetworkPolicy:shop/cart' })
    const scrollTop = () => yaml.evaluate((box) => box.scrollTop)
    await yaml.scrollIntoViewIfNeeded()
    // The box ends in the middle of a rule.
    await yaml.evaluate((box) => {
      box.style.height = '12rem'
      box.style.flex = 'none'
    })
    const rule = yaml.getByText('- from:').first()
    await rule.evaluate((line) => line.scrollIntoView({ block: 'end' }))
    const before = await scrollTop()
    const place = await rule.boundingBox()
    await page.mouse.move((place?.x ?? 0) + 10, (place?.y ?? 0) + 5)
    await expect(yaml.locator('mark').filter({ hasText: 'app: web' })).toHaveCount(1)
    await page.waitForTimeout(300)
    expect(await scrollTop()).toBe(before)
    await page.getByRole('button', { name: /^203\.0\.113\.0\/24/ }).hover()
    await expect.poll(scrollTop).toBeGreaterThan(before)
  })

  test('a problem is shown with its reason, its way out and its lines', async ({ quietPage: page }) => {
    await open(page, `${server.url}/policies?policy=NetworkPolicy:shop/typo`)
    const problems = page.getByRole('region', { name: 'Problems' })
    await expect(problems.getByText(/The policy selects none of the pods/)).toBeVisible()
    await expect(problems.getByText('What to do:')).toBeVisible()
    await expect(
      page.getByRole('region', { name: 'YAML of NetworkPolicy:shop/typo' }).locator('mark').filter({ hasText: 'wokrer' }),
    ).toBeVisible()
    await expect(page.getByText('selects no pod now')).toBeVisible()
  })

  test('the coverage counts every workload once and leads to the map', async ({ quietPage: page }) => {
    await open(page, `${server.url}/policies?tab=coverage`)
    await expect(page.getByRole('heading', { name: /^3 of 5 workloads are isolated/ })).toBeVisible()
    const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })
    await expect(row('shop').getByRole('cell')).toHaveText(['shop', '3', '1', '1', '–', '1', '–', 'shop/worker'])
    await expect(row('__proto__').getByRole('cell')).toHaveText(['__proto__', '1', '–', '–', '1', '–', '–', 'none'])
    await expect(row('kube-system').getByRole('cell').nth(6)).toHaveText('1')
    await page.getByRole('link', { name: 'shop/worker' }).click()
    await expect(page).toHaveURL(/\/map\?ns=shop&level=workload&sel=shop\/worker\[Deployment\]/)
  })

  test('names that break careless programs stay names', async ({ quietPage: page }) => {
    await open(page, `${server.url}/policies?policy=NetworkPolicy:__proto__/__proto__`)
    await expect(page.getByRole('heading', { name: '__proto__', level: 2 })).toBeVisible()
    const out = page.getByRole('region', { name: 'What goes out' })
    await expect(out.getByRole('button', { name: /^html=<img src=x onerror=alert\(2\)>/ })).toContainText('matches nobody now')
    expect(await page.locator('img[src="x"]').count()).toBe(0)
  })

  test('a rule that denies says so by word and sign', async ({ quietPage: page }) => {
    await open(page, `${server.url}/policies?policy=ClusterNetworkPolicy:no-metadata-service`)
    const out = page.getByRole('region', { name: 'What goes out' })
    await expect(out.getByText('deny', { exact: true })).toBeVisible()
    await expect(out.getByText('cloud-metadata')).toBeVisible()
    await expect(out.getByText('Everything else is left to the other policies.')).toBeVisible()
  })

  test('a policy that is gone says so', async ({ page }) => {
    await open(page, `${server.url}/policies?policy=NetworkPolicy:shop/gone`)
    await expect(page.getByText('There is no NetworkPolicy:shop/gone.')).toBeVisible()
    await page.getByRole('button', { name: 'All policies' }).click()
    await expect(rowOf(page, 'cart shop')).toBeVisible()
  })

  for (const scheme of ['light', 'dark'] as const) {
    test.describe(`in the ${scheme} theme`, () => {
      test.use({ colorScheme: scheme, bypassCSP: true })
      for (const path of [
        '/policies',
        '/policies?tab=coverage',
        '/policies?policy=NetworkPolicy:shop/cart',
        '/policies?policy=NetworkPolicy:shop/typo',
      ]) {
        test(`axe finds nothing on ${path}`, async ({ quietPage: page }) => {
          await open(page, `${server.url}${path}`)
          await expect(page.getByRole('region').or(page.getByRole('grid')).first()).toBeVisible()
          await page.waitForTimeout(500)
          expect(await axeFindings(page)).toEqual([])
        })
      }
    })
  }
})

test('a cluster without policies says what that means', async ({ quietPage: page }) => {
  const server = await startServer(['--cluster', `manifests:${folder}/open.yaml`])
  try {
    await open(page, `${server.url}/policies`)
    await expect(page.getByText('There are no policies in this cluster.')).toBeVisible()
    await expect(page.getByText(/everything may reach everything: 1 workload takes connections from anyone/)).toBeVisible()
  } finally {
    await server.stop()
  }
})

test('where nobody enforces the policies, the page says so first', async ({ quietPage: page }) => {
  const server = await startServer(['--cluster', `manifests:${folder}/unenforced.yaml`])
  try {
    await open(page, `${server.url}/policies`)
    await expect(page.getByText('Nobody enforces these policies: every connection stays open.')).toBeVisible()
    await expect(page.getByText(/kube-flannel-ds is Flannel/)).toBeVisible()
  } finally {
    await server.stop()
  }
})

test('two policies that share a name stay apart on the page and in the draft', async ({ quietPage: page }) => {
  const server = await startServer(['--cluster', `manifests:${folder}/shared-name.yaml`])
  try {
    await open(page, `${server.url}/policies?policy=NetworkPolicy:shop/cart`)
    const articles = page.getByRole('article', { name: 'NetworkPolicy:shop/cart' })
    await expect(articles).toHaveCount(2)
    const ids = await page.locator('[id]').evaluateAll((elements) => elements.map(({ id }) => id))
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])

    const calico = articles.filter({ hasText: 'projectcalico.org/v3' })
    const rule = calico.getByRole('region', { name: 'What comes in' }).locator('[data-rule="ingress[0]"]')
    await calico.getByRole('button', { name: 'ingress[0]' }).click()
    await expect(rule).toBeInViewport()
    await calico.getByRole('link', { name: 'Review a change' }).click()
    const draft = page.getByRole('textbox', { name: 'Draft, as YAML' })
    await expect(draft).toContainText('projectcalico.org/v3')
    await expect(draft).not.toContainText('networking.k8s.io/v1')
    await expect(page).toHaveURL(/\/review$/)
  } finally {
    await server.stop()
  }
})

test('from an edge of the map and from a flow, the deciding rule leads to its policy', async ({ quietPage: page }) => {
  await open(page, '/flows?q=verdict%3Adropped+to%3Aworkload%3Apayments-api')
  await page
    .getByRole('row', { name: /payments\/payments-api.* 8443 / })
    .first()
    .getByRole('gridcell')
    .first()
    .click()
  const answer = page.getByRole('region', { name: 'Observed and computed' })
  const ingress = answer.getByRole('region', { name: 'What enters the destination (ingress)' })
  await expect(ingress.getByText('denied', { exact: true })).toBeVisible()
  await expect(ingress.locator('mark').first()).toBeVisible()
  await ingress
    .getByRole('link', { name: /^NetworkPolicy:payments\// })
    .first()
    .click()
  await expect(page).toHaveURL(/\/policies\?.*policy=NetworkPolicy:payments\//)
  await expect(page.getByRole('region', { name: 'What comes in' })).toBeVisible()

  const edge = 'storefront/checkout[Deployment]>payments/payments-api[Deployment] traffic TCP 8443'
  await open(page, `/map?ns=storefront,payments&level=workload&sel=${encodeURIComponent(edge)}`)
  const side = page.getByRole('complementary', { name: 'Details' }).getByRole('region', { name: /\(ingress\)$/ })
  await expect(side.locator('mark').first()).toBeVisible()
  await side
    .getByRole('link', { name: /^NetworkPolicy:payments\// })
    .first()
    .click()
  await expect(page.getByRole('article', { name: /^NetworkPolicy:payments\// })).toBeVisible()
})
