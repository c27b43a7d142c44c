import { expect, open, test } from './page-problems'

test('a filtered view opens the same from its address', async ({ quietPage: page, context }) => {
  await open(page, '/map?level=workload')
  await page.keyboard.press('/')
  const filter = page.getByRole('combobox', { name: 'Filter' })
  await expect(filter).toBeFocused()
  await filter.fill('verdict:dropped to:ns:payments')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/q=/)
  await page.getByRole('radio', { name: 'Table' }).click()
  const rows = page.getByRole('grid', { name: 'Connections of the map' }).getByRole('row')
  await expect(rows.filter({ hasText: 'payments/payments-api' }).first()).toBeVisible()
  const shown = await rows.count()
  expect(shown).toBeGreaterThan(1)

  const other = await context.newPage()
  await open(other, page.url())
  const sameRows = other.getByRole('grid', { name: 'Connections of the map' }).getByRole('row')
  await expect(sameRows.filter({ hasText: 'payments/payments-api' }).first()).toBeVisible()
  await expect(sameRows).toHaveCount(await rows.count())
  await expect(other.getByText('verdict:dropped').first()).toBeVisible()
  await expect(other.getByText('to:ns:payments').first()).toBeVisible()
  await other.close()
})

test('browser back undoes a step of the view', async ({ quietPage: page }) => {
  await open(page, '/map')
  await page.getByRole('radio', { name: 'Workloads' }).click()
  await expect(page).toHaveURL(/level=workload/)
  await page.goBack()
  await expect(page.getByRole('radio', { name: 'Namespaces' })).toBeChecked()
})

test('a filter that cannot be read says where and what may stand there', async ({ quietPage: page }) => {
  await open(page, '/map')
  const filter = page.getByRole('combobox', { name: 'Filter' })
  await filter.fill('verdict:maybe')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/maybe is no value of verdict/)).toBeVisible()
})
