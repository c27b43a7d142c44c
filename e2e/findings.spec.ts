import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright/test'
import { type StartedServer, startServer } from '../testing/start-server.mjs'
import { axeFindings } from './axe'
import { expect, open, test } from './page-problems'

const TEXT = readFileSync(fileURLToPath(new URL('./clusters/findings/cluster.yaml', import.meta.url)), 'utf8')

test.describe('the Findings page', () => {
  let server: StartedServer
  let folder: string
  const file = () => join(folder, 'cluster.yaml')
  test.beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-findings-'))
    await writeFile(file(), TEXT)
    server = await startServer(['--cluster', `manifests:${file()}`])
  })
  test.afterAll(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })

  const grid = (page: Page) => page.getByRole('grid', { name: 'Findings' })
  const rowOf = (page: Page, name: string | RegExp) => grid(page).getByRole('row', { name })
  const detail = (page: Page) => page.getByRole('complementary', { name: 'Finding' })

  test('lists by severity, with counts that choose', async ({ quietPage: page }) => {
    await open(page, `${server.url}/findings`)
    await expect(
      grid(page)
        .getByRole('row')
        .filter({ hasText: /^(Errors|Warnings|Notes)/ }),
    ).toHaveText([/^Errors 2/, /^Warnings 1/, /^Notes/])
    await expect(rowOf(page, /SV-01 Service cart/)).toContainText('has label app=cart, wanted app=carts')
    await page.getByRole('button', { name: '1 warning' }).click()
    await expect(page).toHaveURL(/severity=warning/)
    await expect(rowOf(page, /SV-01/)).toHaveCount(0)
    await expect(rowOf(page, /NP-01 NetworkPolicy typo/)).toBeVisible()
    await page.goBack()
    await expect(rowOf(page, /SV-01/)).toBeVisible()
  })

  test('a link opens a choice: words, namespace and detector', async ({ quietPage: page }) => {
    await open(page, `${server.url}/findings?q=ns:bank`)
    await expect(rowOf(page, /SV-03 Service admin/)).toBeVisible()
    await expect(rowOf(page, /SV-01/)).toHaveCount(0)
    await open(page, `${server.url}/findings?detector=SV-01`)
    await expect(rowOf(page, /SV-01 Service cart/)).toBeVisible()
    await expect(rowOf(page, /SV-03/)).toHaveCount(0)
    await open(page, `${server.url}/findings?q=nobody-says-this+verdict:dropped`)
    await expect(page.getByText('Not a property of findings: verdict:dropped')).toBeVisible()
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await expect(rowOf(page, /SV-01/)).toBeVisible()
  })

  test('one opens by keyboard in full, and leads to the map and to the policy', async ({ quietPage: page }) => {
    await open(page, `${server.url}/findings`)
    await expect(rowOf(page, /SV-01/)).toBeVisible()
    await grid(page).focus()
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/finding=[0-9a-f]{16}/)
    const line = TEXT.slice(0, TEXT.indexOf('  selector:\n    app: carts')).split('\n').length
    await expect(detail(page).getByText('spec.selector: app=carts')).toBeVisible()
    await expect(detail(page).getByText(`line ${line}`)).toBeVisible()
    await expect(detail(page).getByText('The Service has no endpoint, so every connection to it fails.')).toBeVisible()
    await detail(page).getByRole('link', { name: 'Show on the map' }).click()
    const panel = page.getByRole('complementary', { name: 'Details' })
    await expect(panel.getByRole('region', { name: 'Findings' })).toContainText('SV-01')

    await open(page, `${server.url}/findings`)
    await rowOf(page, /NP-01/).click()
    await expect(detail(page).getByRole('link', { name: 'The policy and its YAML' })).toHaveAttribute(
      'href',
      /policy=NetworkPolicy:shop\/typo/,
    )
    await page.keyboard.press('Escape')
    await expect(page).not.toHaveURL(/finding=/)
  })

  test('the map marks what findings are about, for readers too', async ({ quietPage: page }) => {
    await open(page, `${server.url}/map?as=tree`)
    await expect(page.getByRole('treeitem', { name: /^shop/ }).first()).toContainText('1 error, 1 warning')
  })

  test('a finding goes with its cause, and comes with it, without a reload', async ({ quietPage: page }) => {
    await open(page, `${server.url}/findings`)
    await rowOf(page, /SV-01/).click()
    await writeFile(file(), TEXT.replace('app: carts', 'app: cart'))
    await expect(rowOf(page, /SV-01/)).toHaveCount(0)
    await expect(detail(page).getByText('This finding is gone: its cause is, too.')).toBeVisible()
    await writeFile(file(), TEXT)
    await expect(rowOf(page, /SV-01/)).toBeVisible()
  })

  test('the list is a file for code scanning too', async ({ quietPage: page }) => {
    await open(page, `${server.url}/findings`)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'SARIF' }).click()
    expect((await download).suggestedFilename()).toBe('sluice-findings.sarif')
    const answer = await page.request.get(`${server.url}/api/v1/findings?format=sarif`)
    expect((await answer.json()).runs[0].results[0]).toMatchObject({ ruleId: 'SV-01', level: 'error' })
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${colorScheme} theme`, () => {
      test.use({ colorScheme, bypassCSP: true })
      for (const width of [1280, 390]) {
        test(`axe finds nothing, ${width} pixels wide`, async ({ page }) => {
          await page.setViewportSize({ width, height: 844 })
          await page.goto(`${server.url}/findings`)
          await rowOf(page, /SV-01/).click()
          await expect(detail(page).getByText('Why it matters')).toBeVisible()
          expect(await axeFindings(page)).toEqual([])
        })
      }
    })
  }

  test('a cluster in which nothing looks broken says so', async ({ quietPage: page }) => {
    const quiet = await mkdtemp(join(tmpdir(), 'sluice-quiet-'))
    await writeFile(join(quiet, 'cluster.yaml'), 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n')
    const other = await startServer(['--cluster', `manifests:${quiet}/cluster.yaml`])
    await open(page, `${other.url}/findings`)
    await expect(page.getByText('Nothing looks broken.')).toBeVisible()
    await other.stop()
    await rm(quiet, { recursive: true })
  })
})
