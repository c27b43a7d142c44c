// @ts-check
import { existsSync } from 'node:fs'

/** Debian's browser; elsewhere SLUICE_CHROMIUM names one, or Playwright's own is taken. */
const executablePath = process.env.SLUICE_CHROMIUM ?? '/usr/bin/chromium'

/** How Chromium is started: nothing but the pages that it is told to open. */
export const CHROMIUM = {
  ...(existsSync(executablePath) ? { executablePath } : {}),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
