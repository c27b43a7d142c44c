import { defineConfig } from 'playwright/test'
import { CHROMIUM } from './testing/chromium.mjs'

// Two runs on one machine do not meet; the workers inherit what the first process chose.
process.env.SLUICE_E2E_PORT ??= String(20_000 + (process.pid % 10_000))
const port = Number(process.env.SLUICE_E2E_PORT)

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  // A browser on a busy machine misses a moment now and then: such a test is tried once more and named in the sum.
  retries: process.env.CI === undefined ? 0 : 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: process.env.SLUICE_E2E_REPORT ? [['line'], ['json', { outputFile: process.env.SLUICE_E2E_REPORT }]] : 'line',
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    launchOptions: CHROMIUM,
  },
  webServer: {
    command: `node bin/sluice.mjs serve --cluster demo --flows ingest --listen 127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/map`,
    timeout: 600_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
    stdout: 'ignore',
    stderr: 'pipe',
  },
})
