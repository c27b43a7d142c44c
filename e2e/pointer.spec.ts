import type { Page } from 'playwright/test'
import { drawnMap, expect, open, test } from './page-problems'

type Place = { readonly x: number; readonly y: number }

/** Where the canvas says that the pointer is over the thing of this name. The names show in the tip of the canvas. */
async function find(page: Page, name: string): Promise<Place> {
  const map = await drawnMap(page)
  const box = await map.boundingBox()
  if (box === null) throw new Error('the map has no place')
  for (let y = box.y + 20; y < box.y + box.height; y += 25) {
    for (let x = box.x + 20; x < box.x + box.width; x += 60) {
      await page.mouse.move(x, y)
      const tip = await map.evaluate((element) => element.querySelector('[title]')?.getAttribute('title'))
      if (tip === name) return { x, y }
    }
  }
  throw new Error(`nothing on the map is called ${name}`)
}

test('what stands on the canvas is selected, entered and asked by the pointer, and stays where it is', async ({ quietPage: page }) => {
  await open(page, '/map')
  const details = page.getByRole('complementary', { name: 'Details' })
  await expect(details.getByText('Whole cluster')).toBeVisible()
  const place = await find(page, 'payments')

  await test.step('a click selects', async () => {
    await page.mouse.click(place.x, place.y)
    await expect(page).toHaveURL(/sel=payments/)
    await expect(details.getByRole('heading', { level: 2 })).toContainText('payments')
  })

  await test.step('live updates move nothing', async () => {
    await page.keyboard.press('Escape')
    await expect(details.getByText('Whole cluster')).toBeVisible()
    const before = await details.textContent()
    await expect.poll(() => details.textContent(), { message: 'numbers of the traffic change' }).not.toBe(before)
    await page.mouse.move(0, 0)
    await page.mouse.move(place.x, place.y)
    await expect(page.getByTitle('payments', { exact: true })).toBeVisible()
  })

  await test.step('a right click opens the menu, Escape closes it', async () => {
    await page.mouse.click(place.x, place.y, { button: 'right' })
    const menu = page.getByRole('menu')
    await expect(menu.getByRole('menuitem', { name: 'Go into the namespace' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(menu).toBeHidden()
  })

  await test.step('a double click goes in', async () => {
    // As slow as a double click may be: the browser says that it is one.
    await page.mouse.click(place.x, place.y)
    await page.waitForTimeout(400)
    await page.mouse.down({ clickCount: 2 })
    await page.mouse.up({ clickCount: 2 })
    await expect(page).toHaveURL(/ns=payments/)
    await expect(page.getByRole('navigation', { name: 'Where you are' })).toContainText('payments')
  })
})
