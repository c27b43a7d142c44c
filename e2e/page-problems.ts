import { test as base, expect, type Locator, type Page } from 'playwright/test'

/**
 * Everything a page complains about: errors and warnings in its console, exceptions, violations of the
 * Content-Security-Policy, requests that failed or left the server.
 */
export function watchPageProblems(page: Page): readonly string[] {
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`console ${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`))
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    const own = page.url() === 'about:blank' ? origin : new URL(page.url()).origin
    if (protocol.startsWith('http') && origin !== own) problems.push(`request to ${origin}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} for ${response.url()}`)
  })
  return problems
}

/** A test whose page must stay without a complaint until its end. */
export const test = base.extend<{ quietPage: Page }>({
  quietPage: async ({ page }, use) => {
    const problems = watchPageProblems(page)
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(
          `policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`,
        )
      })
    })
    await use(page)
    expect(problems).toEqual([])
  },
})

/** Opens a page and waits until it takes clicks and keys: its stream has told the state of the sources. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expect(page.getByRole('banner').getByRole('link', { name: /\d lost|no flow source/ })).toBeVisible()
}

/** The map, once the canvas shows the graph and so takes the pointer and the arrow keys. */
export async function drawnMap(page: Page): Promise<Locator> {
  const map = page.getByRole('application', { name: /^Map/ })
  await expect(map).toHaveAttribute('aria-busy', 'false')
  return map
}

export { expect }
