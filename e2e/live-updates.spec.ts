import { expect, open, test } from './page-problems'

/** A flow as Hubble prints it, between two workloads of the demo that do not talk to each other. */
function droppedFlow(port: number): string {
  return `${JSON.stringify({
    flow: {
      time: new Date().toISOString(),
      verdict: 'DROPPED',
      drop_reason_desc: 'POLICY_DENIED',
      l4: { TCP: { source_port: 40_000 + (port % 1000), destination_port: port, flags: { SYN: true } } },
      source: { namespace: 'batch', pod_name: 'visitor-0', workloads: [{ name: 'visitor', kind: 'StatefulSet' }] },
      destination: { namespace: 'payments', pod_name: 'ledger-0', workloads: [{ name: 'ledger', kind: 'Deployment' }] },
      Type: 'L3_L4',
      event_type: { type: 5 },
      traffic_direction: 'INGRESS',
    },
  })}\n`
}

test('a posted flow is on the screen without a reload', async ({ quietPage: page, request }) => {
  await open(page, '/map?q=port%3A7001')
  await page.getByRole('radio', { name: 'Table' }).click()
  await expect(page.getByRole('radio', { name: 'Table' })).toBeChecked()
  const answer = await request.post('/api/v1/flows', { data: droppedFlow(7001), headers: { 'content-type': 'application/x-ndjson' } })
  expect(await answer.json()).toMatchObject({ accepted: 1, rejected: [] })
  await expect(page.getByRole('row', { name: /batch.*payments.*TCP 7001/ })).toBeVisible({ timeout: 5_000 })
})

test('a paused page does not change and says how much is new', async ({ quietPage: page, request }) => {
  await open(page, '/map?q=port%3A7002')
  await page.getByRole('radio', { name: 'Table' }).click()
  await page.getByRole('button', { name: 'Pause' }).click()
  await request.post('/api/v1/flows', { data: droppedFlow(7002), headers: { 'content-type': 'application/x-ndjson' } })
  await page.waitForTimeout(3_000)
  await expect(page.getByRole('row', { name: /TCP 7002/ })).toHaveCount(0)
  await page.getByRole('button', { name: /Resume/ }).click()
  await expect(page.getByRole('row', { name: /TCP 7002/ })).toBeVisible({ timeout: 5_000 })
})

test('the ledger of the status page balances for every source', async ({ quietPage: page, request }) => {
  await request.post('/api/v1/flows', { data: 'not a flow\n{"also":"not"}\n', headers: { 'content-type': 'application/x-ndjson' } })
  await open(page, '/settings#losses')
  await expect(page.getByRole('row', { name: /ingest/ }).first()).toBeVisible()
  const ledger = page.getByRole('table').filter({ hasText: 'Received' })
  const rows = ledger.getByRole('row').filter({ hasText: /ingest|demo/ })
  await expect(rows).toHaveCount(2)
  for (const row of await rows.all()) await expect(row).toContainText('balances')
})

test('a view that the server cannot give is explained in its own words, and comes by itself', async ({ page }) => {
  const detail = 'ClickHouse at db.example.test:8123 does not answer'
  const stream = /\/api\/v1\/stream/
  await page.route(stream, (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ title: 'No store', detail }) }),
  )
  await page.goto('/map?at=2026-05-04T10:00:00Z')
  await expect(page.getByText(detail)).toBeVisible()
  await expect(page.getByText('The server cannot be reached.')).toBeHidden()
  await expect(page.getByText('Objects, policies and verdicts are those of then.')).toBeHidden()
  await page.unroute(stream)
  await expect(page.getByRole('banner').getByRole('link', { name: /\d lost/ })).toBeVisible()
  await expect(page.getByText(detail)).toBeHidden()
})
