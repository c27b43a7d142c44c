// @ts-check
// Makes the pictures of the documentation from the demo: npm run screenshots
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const images = fileURLToPath(new URL('./images', import.meta.url))
const EDGE = 'storefront/checkout[Deployment]>payments/payments-api[Deployment] traffic TCP 8443'

/** Each page in both themes; the first is the one that the README shows. */
const PICTURES = [
  { name: 'map', path: '/map', width: 1440, height: 900 },
  { name: 'map-workloads', path: '/map?level=workload', width: 1920, height: 1080 },
  { name: 'map-why', path: `/map?ns=storefront,payments&level=workload&sel=${encodeURIComponent(EDGE)}`, width: 1440, height: 900 },
  { name: 'flows', path: '/flows?q=verdict:dropped', width: 1440, height: 900 },
  { name: 'status', path: '/settings', width: 1440, height: 900 },
]

const server = spawn(process.execPath, ['bin/sluice.mjs', 'serve', '--cluster', 'demo', '--listen', '127.0.0.1:0'], {
  cwd: packageFolder,
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const url = await new Promise((resolve, reject) => {
    let output = ''
    server.stdout.on('data', (chunk) => {
      output += chunk
      const ready = /^Sluice is ready on (\S+)\/$/m.exec(output)
      if (ready) resolve(ready[1])
    })
    server.on('exit', () => reject(new Error(`the server ended:\n${output}`)))
  })
  mkdirSync(images, { recursive: true })
  const browser = await chromium.launch({
    executablePath: process.env.SLUICE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  })
  for (const { name, path, width, height } of PICTURES) {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme })
      await page.goto(`${url}${path}`)
      await page.getByRole('link', { name: /\d lost/ }).waitFor()
      // The history of the demo is played within seconds of the start.
      await page.waitForTimeout(4_000)
      await page.screenshot({ path: `${images}/${name}${colorScheme === 'dark' ? '-dark' : ''}.png` })
      await page.close()
    }
    process.stdout.write(`${name}\n`)
  }
  await browser.close()
} finally {
  server.kill('SIGTERM')
}
