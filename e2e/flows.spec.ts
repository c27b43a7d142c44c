import { expect, test } from './page-problems'

test('the demo says on every page that it is simulated', async ({ quietPage: page }) => {
  for (const path of ['/map', '/flows', '/settings']) {
    await page.goto(path)
    await expect(page.getByRole('banner').getByText('simulated', { exact: true })).toBeVisible()
  }
})

test('a flow is read with the keyboard alone: what was observed beside what the policies say now', async ({ quietPage: page }) => {
  await page.goto('/flows?q=verdict:dropped')
  const grid = page.getByRole('grid', { name: 'Flows, newest first' })
  await grid.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const details = page.getByRole('complementary', { name: 'Flow' })
  await expect(details.getByRole('region', { name: 'Observed and computed' })).toContainText('dropped')
  await expect(details.getByText('They agree.')).toBeVisible()
})

test('a click on a value filters by it, back undoes it', async ({ quietPage: page }) => {
  await page.goto('/flows')
  const value = page.getByRole('row').nth(3).getByRole('button', { name: 'forwarded' })
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByRole('button', { name: /Resume/ })).toBeVisible()
  await value
    .or(page.getByRole('row').nth(4).getByRole('button', { name: 'forwarded' }))
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'Without verdict:forwarded' }).click()
  await expect(page).toHaveURL(/q=-verdict:forwarded/)
  await expect(page.getByRole('button', { name: 'Edit -verdict:forwarded' })).toBeVisible()
  await page.goBack()
  await expect(page).not.toHaveURL(/q=/)
})

test('a filter is typed with completion from real values, shared as a link, and opens the same', async ({ quietPage: page, context }) => {
  await page.goto('/flows')
  await expect(page.getByText(/flows\/s/)).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('to:ns:pay')
  await page.getByRole('option', { name: 'to:ns:payments' }).click()
  await expect(page).toHaveURL(/\/flows\?q=to:ns:payments$/)
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(other.getByRole('button', { name: 'Edit to:ns:payments' })).toBeVisible()
  await expect(other.getByText(/the filter hides [\d,]+ flows/)).toBeVisible()
})

test('what cannot be read is said, and where', async ({ quietPage: page }) => {
  await page.goto('/flows')
  await page.getByRole('combobox', { name: 'Filter' }).fill('port:99999')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert').locator('mark')).toHaveText('99999')
  await expect(page).not.toHaveURL(/q=/)
})

test('the arrow keys choose a range in the timeline', async ({ quietPage: page }) => {
  await page.goto('/flows')
  const timeline = page.getByRole('slider', { name: 'Time range by flows' })
  await timeline.focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/window=\d+s&at=/)
  await page.getByRole('button', { name: /^Time range/ }).click()
  await page.getByRole('menuitem', { name: 'Back to now' }).click()
  await expect(page).not.toHaveURL(/at=/)
})

test('while paused nothing moves and new flows are counted', async ({ quietPage: page }) => {
  await page.goto('/flows')
  await expect(page.getByRole('row').nth(1)).toBeVisible()
  await page.getByRole('button', { name: 'Pause' }).click()
  const newest = await page.getByRole('row').nth(1).textContent()
  await expect(page.getByRole('button', { name: /Resume · [1-9]/ })).toBeVisible()
  expect(await page.getByRole('row').nth(1).textContent()).toBe(newest)
  await page.getByRole('button', { name: /Resume/ }).click()
  await expect(page.getByRole('row').nth(1)).not.toHaveText(newest ?? '')
})

test('search goes to a workload on the map', async ({ quietPage: page }) => {
  await page.goto('/flows')
  await expect(page.getByText(/flows\/s/)).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('payments-api[Dep')
  await expect(page.getByRole('option', { name: /payments\/payments-api\[Deployment\]/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/map\?ns=payments&level=workload&sel=payments\/payments-api\[Deployment\]/)
})

test('the ledger of every source balances', async ({ quietPage: page }) => {
  await page.goto('/settings')
  const ledger = page.getByRole('table', { name: 'Loss ledger' })
  await expect(ledger.getByText('balances')).toHaveCount(2)
})

test('the theme stays chosen, and the server sends the page in it', async ({ quietPage: page }) => {
  await page.goto('/flows')
  await page.getByRole('button', { name: 'Theme' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const response = await page.reload()
  expect(await response?.text()).toMatch(/<html[^>]* data-theme="dark"/)
})
