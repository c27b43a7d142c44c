import { type Browser, chromium, type Page } from 'playwright/test'
import { CHROMIUM } from '../../testing/chromium.mjs'
import { watchPageProblems } from '../page-problems'

/** A page of the product in a browser of its own. */
export type OpenedPage = {
  readonly page: Page
  /** Opens the tree of the map at a level of one namespace, and waits until it is there. */
  readonly openTree: (level: 'workload' | 'pod', namespace: string) => Promise<void>
  /** Milliseconds from the end of `change` until the tree names a thing in words that contain `text`. */
  readonly timeUntilSeen: (text: string, change: () => Promise<void>) => Promise<number>
  /** What the page complained about. */
  readonly problems: readonly string[]
  readonly close: () => Promise<void>
}

export async function openPage(url: string): Promise<OpenedPage> {
  const browser: Browser = await chromium.launch(CHROMIUM)
  const page = await browser.newPage({ baseURL: url, viewport: { width: 1280, height: 800 } })
  const problems = watchPageProblems(page)
  return {
    page,
    openTree: async (level, namespace) => {
      await page.goto(`/map?level=${level}&ns=${namespace}`)
      await page.getByRole('radio', { name: 'Tree' }).click()
      await page.getByRole('tree', { name: 'Things on the map' }).waitFor()
    },
    timeUntilSeen: async (text, change) => {
      const seen = page.waitForFunction((wanted) => document.querySelector('[role=tree]')?.textContent?.includes(wanted) === true, text, {
        polling: 'raf',
        timeout: 60_000,
      })
      await change()
      const changed = performance.now()
      await seen
      return Math.max(0, performance.now() - changed)
    },
    problems,
    close: () => browser.close(),
  }
}
