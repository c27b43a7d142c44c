import { expect, test } from './page-problems'

const PAGES = ['/map', '/flows', '/settings']

for (const path of PAGES) {
  test(`${path} loads without a console error or a policy violation`, async ({ quietPage: page }) => {
    const response = await page.goto(path)
    expect(response?.status()).toBe(200)
    await page.waitForLoadState('load')
    await page.waitForTimeout(2_000)
  })
}
