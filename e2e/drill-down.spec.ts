import { expect, test } from './page-problems'

test('from the whole cluster down to the containers of a pod, and back', async ({ quietPage: page }) => {
  await page.goto('/map')
  const levels = page.getByRole('group', { name: 'Level' })
  await expect(levels.getByRole('radio', { name: 'Namespaces' })).toBeChecked()
  await page.getByText('Tree', { exact: true }).click()
  const tree = page.getByRole('tree', { name: 'Things on the map' })
  await expect(tree.getByRole('treeitem', { name: /^payments Namespace/ })).toBeVisible()

  await tree.getByRole('treeitem', { name: /^payments Namespace/ }).dblclick()
  await expect(page).toHaveURL(/ns=payments/)
  await expect(levels.getByRole('radio', { name: 'Workloads' })).toBeChecked()
  await tree.getByRole('treeitem', { name: /^payments-api Deployment/ }).dblclick()
  await expect(levels.getByRole('radio', { name: 'Pods' })).toBeChecked()
  await tree
    .getByRole('treeitem', { name: /^payments-api-\S+ Pod/ })
    .first()
    .dblclick()
  await expect(levels.getByRole('radio', { name: 'Containers' })).toBeChecked()
  await expect(tree.getByRole('treeitem', { name: /Container/ }).first()).toBeVisible()

  await page.getByRole('navigation', { name: 'Where you are' }).getByRole('button', { name: 'Cluster' }).click()
  await expect(levels.getByRole('radio', { name: 'Namespaces' })).toBeChecked()
})

test('what stands at a place of the map stands there after updates', async ({ quietPage: page, request }) => {
  await page.goto('/map')
  await expect(page.getByRole('complementary', { name: 'Details' }).getByText('Whole cluster')).toBeVisible()
  const map = page.getByRole('application', { name: /^Map/ })
  const box = await map.boundingBox()
  if (box === null) throw new Error('the map has no box')
  const selectedAt = async (x: number, y: number): Promise<string | null> => {
    await page.mouse.click(x, y)
    await page.waitForTimeout(60)
    return new URL(page.url()).searchParams.get('sel')
  }
  let place: { x: number; y: number } | null = null
  for (let y = box.y + 60; y < box.y + box.height - 60 && place === null; y += 24) {
    for (let x = box.x + 60; x < box.x + box.width - 60 && place === null; x += 60) {
      if ((await selectedAt(x, y)) === 'payments') place = { x, y }
    }
  }
  if (place === null) throw new Error('the namespace payments is nowhere on the map')
  await page.keyboard.press('Escape')

  const newcomer = { namespace: 'payments', pod_name: 'newcomer-0', workloads: [{ name: 'newcomer', kind: 'StatefulSet' }] }
  await request.post('/api/v1/flows', {
    headers: { 'content-type': 'application/x-ndjson' },
    data: `${JSON.stringify({
      flow: {
        time: new Date().toISOString(),
        verdict: 'FORWARDED',
        l4: { TCP: { source_port: 41_000, destination_port: 9443, flags: { SYN: true } } },
        source: newcomer,
        destination: { names: [], labels: ['reserved:world'], identity: 2 },
        IP: { source: '10.244.9.9', destination: '203.0.113.77' },
        event_type: { type: 5 },
        traffic_direction: 'EGRESS',
      },
    })}\n`,
  })
  await page.waitForTimeout(2_500)
  expect(await selectedAt(place.x, place.y)).toBe('payments')
})
