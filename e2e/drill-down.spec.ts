import { expect, open, test } from './page-problems'

test('from the whole cluster down to the containers of a pod, and back', async ({ quietPage: page }) => {
  await open(page, '/map')
  const levels = page.getByRole('group', { name: 'Level' })
  await expect(levels.getByRole('radio', { name: 'Namespaces' })).toBeChecked()
  await page.getByRole('radio', { name: 'Tree' }).click()
  const tree = page.getByRole('tree', { name: 'Things on the map' })
  await expect(tree.getByRole('treeitem', { name: /^payments Namespace/ })).toBeVisible()

  await tree.getByRole('treeitem', { name: /^payments Namespace/ }).dblclick()
  await expect(page).toHaveURL(/ns=payments/)
  await expect(levels.getByRole('radio', { name: 'Workloads' })).toBeChecked()
  await tree.getByRole('treeitem', { name: /^payments-api \d+ pods · Deployment/ }).dblclick()
  await tree
    .getByRole('treeitem', { name: /^payments-api-\S+ Pod/ })
    .first()
    .dblclick()
  await expect(tree.getByRole('treeitem', { name: /Container/ }).first()).toBeVisible()
  await page.goBack()
  await expect(tree.getByRole('treeitem', { name: /Container/ })).toHaveCount(0)

  await page.getByRole('navigation', { name: 'Where you are' }).getByRole('button', { name: 'Cluster' }).click()
  await expect(levels.getByRole('radio', { name: 'Namespaces' })).toBeChecked()
})
