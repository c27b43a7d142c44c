import { expect, open, test } from './page-problems'

test('the story of the blocked checkout is read by clicking only', async ({ quietPage: page }) => {
  await open(page, '/')
  await expect(page).toHaveURL(/\/map$/)
  await expect(page.getByRole('banner').getByText('simulated', { exact: true })).toBeVisible()

  const details = page.getByRole('complementary', { name: 'Details' })
  await details.getByRole('button', { name: /^storefront → payments TCP 8443/ }).click()
  await details.getByRole('button', { name: /^storefront\/checkout → payments\/payments-api TCP 8443/ }).click()

  await expect(details.getByText(/storefront\/checkout cannot reach payments\/payments-api on TCP 8443/)).toBeVisible()
  await expect(details.getByText(/rule wants app=checkout/).first()).toBeVisible()

  const ingress = details.getByRole('region', { name: 'What enters payments/payments-api (ingress)' })
  await expect(ingress.getByText('denied', { exact: true })).toBeVisible()
  const egress = details.getByRole('region', { name: 'What leaves storefront/checkout (egress)' })
  await expect(egress.getByText('allowed', { exact: true })).toBeVisible()
  await expect(egress.locator('mark').first()).toBeVisible()

  const observed = details.getByRole('region', { name: 'Observed' })
  await expect(observed.getByText('policy/default-deny')).toBeVisible()
  await expect(observed.getByText('Policy inferred').first()).toBeVisible()
})

test('the dropped flows of the story are in the table, with what the policies say beside what was seen', async ({ quietPage: page }) => {
  await open(page, '/flows?q=verdict%3Adropped+to%3Aworkload%3Apayments-api')
  const rows = page.getByRole('row', { name: /payments\/payments-api.* 8443 / })
  await rows.first().getByRole('gridcell').first().click()
  const answer = page.getByRole('region', { name: 'Observed and computed' })
  await expect(answer.getByRole('heading', { name: 'The policies now' })).toBeVisible()
  await expect(answer.getByText(/rule wants app=checkout/).first()).toBeVisible()
})
