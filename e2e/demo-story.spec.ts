import { expect, test } from './page-problems'

test('the story of the blocked checkout is read by clicking only', async ({ quietPage: page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/map$/)
  await expect(page.getByText('simulated').first()).toBeVisible()

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
  await page.goto('/flows?q=verdict%3Adropped+to%3Aworkload%3Apayments-api')
  const rows = page.getByRole('row', { name: /payments\/payments-api.* 8443 / })
  await rows.first().click()
  await expect(page.getByText(/policies say/i).first()).toBeVisible()
})
