import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright/test'
import { expect, open, test } from './page-problems'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Findings of axe, one line each; empty when there is none. */
async function axeFindings(page: Page): Promise<readonly string[]> {
  // As a debugger would: the page's own rules forbid scripts that it did not bring.
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: axeSource })
  const answer = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
    awaitPromise: true,
    returnByValue: true,
  })
  await session.detach()
  const results = answer.result.value as AxeResults
  return results.violations.map((each) => `${each.id}: ${each.help} at ${each.nodes.map((node) => node.target.join(' ')).join(', ')}`)
}

const pages = [
  { name: 'map', path: '/map' },
  { name: 'map of workloads', path: '/map?level=workload' },
  { name: 'map as table', path: '/map?level=workload', press: 'Table' },
  { name: 'map as tree', path: '/map?level=workload', press: 'Tree' },
  { name: 'map with the why of an edge', path: '/map', story: true },
  { name: 'flows', path: '/flows' },
  { name: 'status', path: '/settings' },
] as const

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in the ${scheme} theme`, () => {
    test.use({ colorScheme: scheme })
    for (const each of pages) {
      test(`axe finds nothing on the page: ${each.name}`, async ({ quietPage: page }) => {
        await open(page, each.path)
        if ('press' in each) await page.getByRole('radio', { name: each.press }).click()
        if ('story' in each) {
          const details = page.getByRole('complementary', { name: 'Details' })
          await details.getByRole('button', { name: /^storefront → payments TCP 8443/ }).click()
          await details.getByRole('button', { name: /^storefront\/checkout → payments\/payments-api/ }).click()
          await expect(details.locator('mark').first()).toBeVisible()
        }
        await page.waitForTimeout(500)
        expect(await axeFindings(page)).toEqual([])
      })
    }
  })
}
