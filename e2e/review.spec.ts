import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from 'playwright/test'
import { type StartedServer, startServer } from '../testing/start-server.mjs'
import { axeFindings } from './axe'
import { expect, open, test } from './page-problems'

const folder = fileURLToPath(new URL('./clusters', import.meta.url))

const editor = (page: Page): Locator => page.getByRole('textbox', { name: 'Draft, as YAML' })
const connections = (page: Page): Locator => page.getByRole('region', { name: 'Connections opened and closed' })
const flows = (page: Page): Locator => page.getByRole('region', { name: 'Recorded flows under the draft' })
const sentence = (page: Page): Locator => page.getByRole('main').getByRole('status').first()

/** Puts a text in the place of the whole draft, as pasting does. */
async function draft(page: Page, yaml: string): Promise<void> {
  await editor(page).press('Control+a')
  await editor(page).evaluate((element, text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, yaml)
}

const cart = (port: number, name = 'cart') => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  podSelector: { matchLabels: { app: cart } }
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: { matchLabels: { app: web } }
      ports: [{ port: ${port} }]
`

test.describe('a change of policies before it is made', () => {
  let server: StartedServer
  test.beforeAll(async () => {
    server = await startServer(['--cluster', `manifests:${folder}/review/cluster.yaml`, '--flows', `file:${folder}/review/flows.jsonl`])
  })
  test.afterAll(async () => {
    await server.stop()
  })
  test.beforeEach(async ({ quietPage: page }) => {
    await open(page, `${server.url}/review`)
  })

  test('a policy that is loaded and edited: the recorded connection that breaks, with the rules of both sides', async ({
    quietPage: page,
  }) => {
    await page.getByRole('button', { name: 'Load policy' }).click()
    await page.getByRole('button', { name: 'Edit NetworkPolicy:shop/cart' }).click()
    await expect(editor(page)).toContainText('port: 8080')
    await expect(sentence(page)).toHaveText('The draft changes nothing.')
    await editor(page).getByText('8080').dblclick()
    await page.keyboard.type('9090')
    await expect(sentence(page)).toContainText('Breaks 1 recorded connection (7 flows).')
    await expect(flows(page)).toContainText('Newly denied 1')
    await expect(flows(page)).toContainText('shop/cart ingress[0] allows it')
    await expect(flows(page)).toContainText('shop/cart has a rule for this peer, not for this port')
    await expect(connections(page)).toContainText('TCP 8080')
    await expect(connections(page)).toContainText('shop/web')
    await expect(page.getByRole('list', { name: 'What the draft does' })).toContainText('changes')
    await expect(page.getByRole('region', { name: 'Evidence' })).toContainText('1 job not seen running: shop/nightly[CronJob].')

    await page.getByRole('link', { name: '7 flows' }).click()
    await expect(page).toHaveURL(/\/flows\?q=from:workload:shop\/web\[Deployment\]\+to:workload:shop\/cart\[Deployment\]\+port:8080/)
    await expect(page.getByRole('row')).toHaveCount(8)
  })

  test('a syntax error stands at its line, and the last good result stays, marked as old', async ({ quietPage: page }) => {
    await draft(page, cart(9090))
    await expect(sentence(page)).toContainText('Breaks 1 recorded connection')
    await draft(page, `${cart(9090)}---\nkind: [broken\n`)
    await expect(page.getByText('A part of the draft cannot be read.')).toBeVisible()
    await expect(page.getByText('This is the result of an earlier draft.')).toBeVisible()
    await expect(sentence(page)).toContainText('Breaks 1 recorded connection')
    await expect(page.locator('.cm-lint-marker-error')).toHaveCount(1)
    await page.getByRole('list', { name: 'Problems in the draft' }).getByRole('button', { name: 'line 12' }).click()
    await expect(editor(page)).toBeFocused()
    await expect(page.locator('.cm-activeLine')).toContainText('kind: [broken')
    await draft(page, cart(9090))
    await expect(page.getByText('A part of the draft cannot be read.')).toBeHidden()
    await draft(page, '[')
    await expect(page.getByText('This is the result of an earlier draft.')).toBeVisible()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('{')
    await page.reload()
    await expect(page.getByText('There is nothing to compare yet')).toBeVisible()
  })

  test('a deletion is written for you, and opens what the policy closed', async ({ quietPage: page }) => {
    await page.getByRole('button', { name: 'Load policy' }).click()
    await page.getByRole('textbox', { name: 'Name, namespace or kind' }).fill('cart')
    await page.getByRole('button', { name: 'Delete NetworkPolicy:shop/cart in the draft' }).click()
    await expect(editor(page)).toContainText('$patch: delete')
    await expect(flows(page)).toContainText('Newly allowed 1')
    await expect(connections(page)).toContainText('Opened')
    await expect(connections(page)).toContainText('no policy limits it')
  })

  test('labels of a namespace let through what was denied', async ({ quietPage: page }) => {
    await draft(page, 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: tools\n  labels: { team: tools }\n')
    await expect(sentence(page)).toContainText('Breaks no recorded connection and lets through 1 that are denied now.')
    await expect(flows(page)).toContainText('tools/probe')
    await expect(page.getByRole('list', { name: 'What the draft does' })).toContainText('Namespace:tools')
  })

  test('a workload that is added is told apart from what policies change', async ({ quietPage: page }) => {
    await draft(
      page,
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: new, namespace: shop }\nspec: { template: { metadata: { labels: { app: new } }, spec: { containers: [] } } }\n',
    )
    await expect(connections(page)).toContainText('Only because workloads come or go')
    await expect(connections(page)).toContainText('not there yet')
    await expect(connections(page)).not.toContainText('Opened')
  })

  test('Now and Draft, All and Only changed are in the address, and open the same', async ({ quietPage: page }) => {
    await draft(page, cart(9090))
    await expect(connections(page)).toContainText('Other ports')
    await page.getByRole('radio', { name: 'All' }).click()
    await expect(connections(page)).toContainText('Unchanged')
    await page.getByRole('radio', { name: 'Now' }).click()
    await expect(page).toHaveURL(/side=now&rows=all/)
    await expect(connections(page).getByText('draft', { exact: true })).toHaveCount(0)
    await page.reload()
    await expect(connections(page)).toContainText('Unchanged')
    await expect(page.getByRole('radio', { name: 'Now' })).toBeChecked()
  })

  test('the draft survives a reload until it is discarded', async ({ quietPage: page }) => {
    await draft(page, cart(9090))
    await expect(sentence(page)).toContainText('Breaks 1')
    await page.reload()
    await expect(editor(page)).toContainText('port: 9090')
    await expect(sentence(page)).toContainText('Breaks 1')
    await page.getByRole('button', { name: 'More for the draft' }).click()
    await page.getByRole('menuitem', { name: 'Discard the draft' }).click()
    await expect(page.getByText('See what a change would do before you make it.')).toBeVisible()
    await page.reload()
    await expect(page.getByText('See what a change would do before you make it.')).toBeVisible()
  })

  test('a link from elsewhere puts a policy into the draft, once', async ({ quietPage: page }) => {
    await open(page, `${server.url}/policies?policy=NetworkPolicy:shop/cart`)
    await page.getByRole('link', { name: 'Review a change' }).click()
    await expect(editor(page)).toContainText('name: cart')
    await expect(page).not.toHaveURL(/edit=/)
    await open(page, `${server.url}/review?edit=NetworkPolicy:shop/cart`)
    await expect(page).not.toHaveURL(/edit=/)
    await expect(sentence(page)).toHaveText('The draft changes nothing.')
    await expect(editor(page).getByText('kind: NetworkPolicy')).toHaveCount(1)
  })

  test('every file that is chosen is read into the draft, and the page says which could not be', async ({ quietPage: page }) => {
    const yamlFile = (name: string, text: string) => ({ name, mimeType: 'application/yaml', buffer: Buffer.from(text) })
    const files = page.getByLabel('Files with YAML')
    await files.setInputFiles([
      yamlFile('long.yaml', `# ${'x'.repeat(1024 * 1024)}`),
      yamlFile('one.yaml', cart(9090)),
      yamlFile('two.yaml', cart(9091, 'other')),
    ])
    await expect(editor(page)).toContainText('port: 9090')
    await expect(editor(page)).toContainText('port: 9091')
    await expect(page.getByText('long.yaml is larger than 1 MiB.')).toBeVisible()
    // The same file again, as after it was corrected.
    await files.setInputFiles([yamlFile('two.yaml', cart(9092, 'third'))])
    await expect(editor(page)).toContainText('port: 9092')
    await expect(page.getByText('long.yaml is larger than 1 MiB.')).toBeHidden()
  })

  test('where the browser does not copy, the page says so', async ({ quietPage: page }) => {
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await draft(page, cart(9090))
    await page.getByRole('button', { name: 'More for the draft' }).click()
    await page.getByRole('menuitem', { name: 'Copy the draft' }).click()
    const column = page.getByRole('region', { name: 'Draft', exact: true })
    await expect(column.getByRole('status').filter({ hasText: 'The browser did not allow to copy.' })).toBeInViewport()
    await page.getByRole('button', { name: 'Export the result' }).click()
    await page.getByRole('menuitem', { name: 'Copy as Markdown' }).click()
    await expect(page.getByText('Download the Markdown instead.')).toBeInViewport()
  })

  test('what is copied is said', async ({ quietPage: page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await draft(page, cart(9090))
    await page.getByRole('button', { name: 'More for the draft' }).click()
    await page.getByRole('menuitem', { name: 'Copy the draft' }).click()
    await expect(page.getByText('The draft is copied.')).toBeInViewport()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(cart(9090))
    await page.getByRole('button', { name: 'Export the result' }).click()
    await page.getByRole('menuitem', { name: 'Copy as Markdown' }).click()
    await expect(page.getByText('The result is copied as Markdown.')).toBeInViewport()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('Recorded connections that break')
  })

  test('a file is read into the draft, and the result goes out as Markdown', async ({ quietPage: page }) => {
    await page
      .getByLabel('Files with YAML')
      .setInputFiles({ name: 'change.yaml', mimeType: 'application/yaml', buffer: Buffer.from(cart(9090)) })
    await expect(sentence(page)).toContainText('Breaks 1')
    await page.getByRole('button', { name: 'Export the result' }).click()
    const waiting = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'Download Markdown' }).click()
    const markdown = readFileSync((await (await waiting).path()) ?? '', 'utf8')
    expect(markdown).toContain('Recorded connections that break')
    expect(markdown).toContain('`shop/web[Deployment]`')
    expect(markdown).toContain('Weak evidence')
  })

  test('an example can be inserted with one click, and nothing is applied', async ({ quietPage: page, request }) => {
    await expect(page.getByText('Nothing is applied to the cluster.')).toBeVisible()
    await page.getByRole('button', { name: /^Insert an example/ }).click()
    await expect(page.getByRole('list', { name: 'What the draft does' })).toContainText('only-dns')
    const { policies } = await (await request.get(`${server.url}/api/v1/policies`)).json()
    expect(policies.map(({ name }: { name: string }) => name)).toEqual(['cart'])
  })

  test('the keyboard reaches everything, and Tab leaves the editor', async ({ quietPage: page }) => {
    await draft(page, cart(9090))
    await expect(sentence(page)).toContainText('Breaks 1')
    await editor(page).focus()
    const stops: string[] = []
    for (let count = 0; count < 8; count++) {
      await page.keyboard.press('Tab')
      stops.push(
        await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? ''),
      )
    }
    expect(stops).toEqual(
      expect.arrayContaining(['About the draft', 'Connections opened and closed', 'Recorded flows under the draft', '7 flows']),
    )
  })
})

test.describe('names that break careless programs', () => {
  let server: StartedServer
  test.beforeAll(async () => {
    server = await startServer([
      '--cluster',
      `manifests:${folder}/hostile-names/cluster.yaml`,
      '--flows',
      `file:${folder}/hostile-names/flows.jsonl`,
    ])
  })
  test.afterAll(async () => {
    await server.stop()
  })

  test('stand in the result as they are written, and markup stays text', async ({ quietPage: page }) => {
    await open(page, `${server.url}/review`)
    await draft(
      page,
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: __proto__, namespace: constructor }\nspec: { podSelector: {}, policyTypes: [Ingress, Egress] }\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: __proto__, labels: { constructor: x } }\n---\napiVersion: "<img src=x onerror=alert(1)>"\nkind: "<b>Bold</b>"\nmetadata: { name: x }\n',
    )
    await expect(page.getByRole('list', { name: 'What the draft does' })).toContainText('NetworkPolicy:constructor/__proto__')
    await expect(connections(page)).toContainText('toString')
    await expect(page.getByText('<img src=x onerror=alert(1)> <b>Bold</b> plays no part in connections')).toBeVisible()
    expect(await page.locator('img[src="x"]').count()).toBe(0)
  })
})

test.describe('what axe finds', () => {
  test.use({ bypassCSP: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      test.describe(`${colorScheme}, ${width} pixels wide`, () => {
        test.use({ colorScheme, viewport: { width, height: 844 } })

        test('is nothing: empty, with a result of the demo, with a problem, and while loading a policy', async ({ page }) => {
          await open(page, '/review')
          expect(await axeFindings(page)).toEqual([])
          await page.getByRole('button', { name: /^Insert an example/ }).click()
          await expect(sentence(page)).toContainText('Breaks')
          expect(await axeFindings(page)).toEqual([])
          await editor(page).press('Control+End')
          await page.keyboard.type('kind: [broken')
          await expect(page.getByText('A part of the draft cannot be read.')).toBeVisible()
          expect(await axeFindings(page)).toEqual([])
          await page.getByRole('button', { name: 'Load policy' }).click()
          await expect(page.getByRole('button', { name: /^Edit NetworkPolicy/ }).first()).toBeVisible()
          expect(await axeFindings(page)).toEqual([])
        })
      })
    }
  }
})
