// @ts-check
// Makes the pictures of the documentation from the demo: npm run screenshots
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { CHROMIUM } from '../testing/chromium.mjs'
import { startServer } from '../testing/start-server.mjs'

const images = fileURLToPath(new URL('./images', import.meta.url))
const EDGE = 'storefront/checkout[Deployment]>payments/payments-api[Deployment] traffic TCP 8443'

/**
 * Each page in both themes, after a press of a button where one is named; the first is the one that the README shows.
 *
 * @type {readonly { name: string, path: string, width: number, height: number, press?: RegExp }[]}
 */
const PICTURES = [
  { name: 'map', path: '/map', width: 1440, height: 900 },
  { name: 'map-workloads', path: '/map?level=workload', width: 1920, height: 1080 },
  { name: 'map-why', path: `/map?ns=storefront,payments&level=workload&sel=${encodeURIComponent(EDGE)}`, width: 1440, height: 900 },
  { name: 'flows', path: '/flows?q=verdict:dropped', width: 1440, height: 900 },
  { name: 'policies', path: '/policies', width: 1440, height: 900 },
  { name: 'policy', path: '/policies?policy=NetworkPolicy:batch/scheduled-work', width: 1440, height: 900 },
  { name: 'coverage', path: '/policies?tab=coverage', width: 1440, height: 900 },
  { name: 'review', path: '/review', press: /^Insert an example/, width: 1440, height: 900 },
  { name: 'status', path: '/settings', width: 1440, height: 900 },
]

const server = await startServer(['--cluster', 'demo'])
try {
  mkdirSync(images, { recursive: true })
  const browser = await chromium.launch(CHROMIUM)
  for (const { name, path, width, height, press } of PICTURES) {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme })
      await page.goto(`${server.url}${path}`)
      await page.getByRole('link', { name: /\d lost/ }).waitFor()
      // The history of the demo is played within seconds of the start.
      await page.waitForTimeout(4_000)
      if (press !== undefined) {
        await page.getByRole('button', { name: press }).click()
        await page.waitForTimeout(2_000)
      }
      await page.screenshot({ path: `${images}/${name}${colorScheme === 'dark' ? '-dark' : ''}.png` })
      await page.close()
    }
    process.stdout.write(`${name}\n`)
  }
  await browser.close()
} finally {
  await server.stop()
}
