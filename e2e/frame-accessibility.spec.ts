import { expect, test } from 'playwright/test'
import { axeFindings } from './axe'

test.use({ bypassCSP: true })

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 844 } })

      test('the flows, and one of them opened, without a finding', async ({ page }) => {
        await page.goto('/flows')
        const grid = page.getByRole('grid', { name: 'Flows, newest first' })
        await grid.focus()
        await page.keyboard.press('ArrowDown')
        await page.keyboard.press('Enter')
        await expect(page.getByRole('heading', { name: 'The policies now' })).toBeVisible()
        expect(await axeFindings(page)).toEqual([])
      })

      test('the status without a finding', async ({ page }) => {
        await page.goto('/settings')
        await expect(page.getByRole('heading', { name: 'Loss ledger' })).toBeVisible()
        expect(await axeFindings(page)).toEqual([])
      })

      test('search, keys and completion without a finding', async ({ page }) => {
        await page.goto('/flows')
        await expect(page.getByText(/flows\/s/)).toBeVisible()
        await page.keyboard.press('Control+k')
        await page.getByRole('combobox', { name: /Search/ }).fill('storefront')
        await expect(page.getByRole('option').first()).toBeVisible()
        expect(await axeFindings(page)).toEqual([])
        await page.keyboard.press('Escape')
        await page.keyboard.press('?')
        await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
        expect(await axeFindings(page)).toEqual([])
        await page.keyboard.press('Escape')
        await page.keyboard.press('/')
        await page.keyboard.type('verd')
        await expect(page.getByRole('option', { name: /verdict:/ })).toBeVisible()
        expect(await axeFindings(page)).toEqual([])
      })
    })
  }
}
