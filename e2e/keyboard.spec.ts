import { drawnMap, expect, open, test } from './page-problems'

test('the story is reached with the keyboard only', async ({ quietPage: page }) => {
  await open(page, '/map')
  await expect(page.getByRole('complementary', { name: 'Details' }).getByText('Whole cluster')).toBeVisible()

  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog')
  await expect(palette).toBeVisible()
  // Nobody waits for the list before Enter: what was typed counts, not what the list still shows.
  await page.keyboard.type('payments-api')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('complementary', { name: 'Details' }).getByRole('heading', { level: 2 })).toContainText('payments-api')

  await page.keyboard.press('Escape')
  await expect(page).not.toHaveURL(/sel=/)
  await expect(page.getByRole('complementary', { name: 'Details' }).getByRole('heading', { level: 2 })).not.toContainText('payments-api')
})

test('the canvas is walked with arrows and entered with Enter', async ({ quietPage: page }) => {
  await open(page, '/map')
  const map = await drawnMap(page)
  await expect(page.getByRole('complementary', { name: 'Details' }).getByText('Whole cluster')).toBeVisible()
  await map.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/sel=/)
  await page.keyboard.press('Escape')
  await expect(page).not.toHaveURL(/sel=/)
})

test('the head of a column takes Enter for itself, and the grid the arrows', async ({ quietPage: page }) => {
  await open(page, '/map?as=table')
  const grid = page.getByRole('grid', { name: 'Connections of the map' })
  await grid.getByRole('button', { name: 'Port' }).focus()
  await page.keyboard.press('Enter')
  await expect(grid.getByRole('columnheader', { name: 'Port' })).toHaveAttribute('aria-sort', 'ascending')
  await expect(page).not.toHaveURL(/sel=/)

  await grid.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/sel=/)
  await expect(grid.getByRole('row', { selected: true })).toHaveCount(1)
})

test('every control can be reached with Tab and shows its focus', async ({ quietPage: page }) => {
  await open(page, '/map')
  await expect(page.getByRole('complementary', { name: 'Details' }).getByText('Whole cluster')).toBeVisible()
  const reached = new Set<string>()
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('Tab')
    const name = await page.evaluate(() => {
      const element = document.activeElement
      if (!(element instanceof HTMLElement) || element === document.body) return null
      // A radio button shows its focus on the label around it, whose shadow says only that it is the chosen one.
      const isRadio = element.matches('[type=radio]')
      const style = getComputedStyle(isRadio ? (element.parentElement ?? element) : element)
      const isShown = style.outlineStyle !== 'none' || (!isRadio && style.boxShadow !== 'none')
      const label = element.getAttribute('aria-label') ?? element.textContent ?? element.tagName
      return `${isShown ? '' : 'NO FOCUS SHOWN '}${element.tagName} ${label.slice(0, 40)}`
    })
    if (name === null) break
    reached.add(name)
  }
  expect([...reached].filter((name) => name.startsWith('NO FOCUS'))).toEqual([])
  expect(reached.size).toBeGreaterThan(15)
})

test('? lists the keys', async ({ quietPage: page }) => {
  await open(page, '/map')
  await expect(page.getByRole('button', { name: 'Keys' })).toBeVisible()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})
