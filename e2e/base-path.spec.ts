import { type StartedServer, startServer } from '../testing/start-server.mjs'
import { expect, test } from './page-problems'

test.describe('under a base path that the build did not know', () => {
  let server: StartedServer
  test.beforeAll(async () => {
    server = await startServer(['--base-path', '/tools/net.view-1'])
  })
  test.afterAll(async () => {
    await server.stop()
  })

  test('its root leads to the map, which loads every script from under the path', async ({ quietPage: page }) => {
    const scripts: string[] = []
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname)
    })
    await page.goto(server.url)
    await expect(page).toHaveURL(`${server.url}/map`)
    await expect(page.getByRole('link', { name: 'Flows' })).toBeVisible()
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) expect(script).toMatch(/^\/tools\/net\.view-1\/_next\/static\//)
  })

  test('client navigation stays under the path and does not load the page again', async ({ quietPage: page }) => {
    await page.goto(`${server.url}/map`)
    await page.evaluate(() => Object.assign(window, { sameDocument: true }))
    await page.getByRole('link', { name: 'Flows' }).click()
    await expect(page).toHaveURL(new RegExp(`^${server.url.replaceAll('.', '\\.')}/flows`))
    expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true)
    await page.goBack()
    await expect(page).toHaveURL(`${server.url}/map`)
  })

  test('a deep link with its view opens', async ({ quietPage: page }) => {
    const response = await page.goto(`${server.url}/flows?verdict=dropped`)
    expect(response?.status()).toBe(200)
    await expect(page).toHaveURL(`${server.url}/flows?verdict=dropped`)
  })

  test('the API answers under the path and nothing answers outside it, except the probes', async ({ request }) => {
    const { origin } = new URL(server.url)
    expect((await request.get(`${server.url}/api/v1/status`)).status()).toBe(200)
    for (const path of ['/', '/map', '/api/v1/status', '/tools', '/tools/net.view-10/map', '/_next/static/x.js']) {
      expect((await request.get(`${origin}${path}`, { maxRedirects: 0 })).status(), path).toBe(404)
    }
    expect((await request.get(`${origin}/livez`)).status()).toBe(200)
    expect((await request.get(`${server.url}/livez`)).status()).toBe(200)
  })
})
