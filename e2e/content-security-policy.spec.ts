import { expect, test } from './page-problems'

for (const path of ['/map', '/flows', '/settings']) {
  test(`${path} loads without a console error or a policy violation`, async ({ quietPage: page }) => {
    const response = await page.goto(path)
    expect(response?.status()).toBe(200)
    await page.waitForLoadState('load')
    await expect(page.getByRole('link', { name: 'Map' })).toBeVisible()
    // The browser complains of these too, but only seconds later.
    const fetchedForNothing = await page.evaluate(() => {
      const used = new Set([...document.styleSheets].map(({ href }) => href))
      const ahead = [...document.querySelectorAll<HTMLLinkElement>('link[rel=preload][as=style]')]
      return ahead.map(({ href }) => href).filter((href) => !used.has(href))
    })
    expect(fetchedForNothing).toEqual([])
  })
}

test('an unknown page says so in our words', async ({ page }) => {
  const violations: string[] = []
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text())
  })
  const response = await page.goto('/nowhere')
  expect(response?.status()).toBe(404)
  await expect(page.getByRole('heading', { name: 'There is no page here' })).toBeVisible()
  await page.getByRole('link', { name: 'Open the map' }).click()
  await expect(page).toHaveURL(/\/map/)
  expect(violations).toEqual([])
})

test('injected scripts, handlers, markup and addresses do not run', async ({ page }) => {
  await page.goto('/map')
  const outcome = await page.evaluate(async () => {
    const attempt = (run: () => void) => {
      try {
        run()
        return 'done'
      } catch (error) {
        return error instanceof Error ? error.name : String(error)
      }
    }
    // The browser lets a debugger's own call evaluate texts; after a turn of the event loop the page's rules hold.
    await new Promise((resolve) => setTimeout(resolve))
    const script = document.createElement('script')
    const withText = document.createElement('script')
    const results = {
      markup: attempt(() => {
        document.createElement('div').innerHTML = '<img src=x onerror=alert(1)>'
      }),
      evaluation: attempt(() => {
        // biome-ignore lint/security/noGlobalEval: shows that the page cannot
        // biome-ignore lint/complexity/noCommaOperator: an indirect call, as an attacker would make
        ;(0, eval)('1')
      }),
      foreignScript: attempt(() => {
        script.src = 'https://example.com/a.js'
      }),
      ownDataAsScript: attempt(() => {
        script.src = '/api/v1/status'
      }),
      inlineScript: attempt(() => {
        withText.textContent = 'window.ran = true'
        document.body.append(withText)
      }),
    }
    return { ...results, ran: 'ran' in window }
  })
  expect(outcome).toEqual({
    markup: 'TypeError',
    evaluation: 'EvalError',
    foreignScript: 'TypeError',
    ownDataAsScript: 'TypeError',
    inlineScript: 'TypeError',
    ran: false,
  })
})
