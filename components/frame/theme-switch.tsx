'use client'

import { useState } from 'react'
import { MenuButton } from '../ui/menu'
import { parseTheme, THEME_COOKIE, THEMES, type Theme } from './theme'

const YEAR_SECONDS = 365 * 24 * 3600
const LABELS: Readonly<Record<Theme, string>> = { system: 'Same as the system', light: 'Light', dark: 'Dark' }

/** Puts a theme on the page and remembers it in this browser. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
  document.cookie = `${THEME_COOKIE}=${theme}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax`
}

export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme | null>(null)
  const current = theme ?? (typeof document === 'undefined' ? 'system' : parseTheme(document.documentElement.dataset.theme))
  return (
    <MenuButton
      label="Theme"
      icon="moon"
      look="quiet"
      align="end"
      items={THEMES.map((choice) => ({
        kind: 'choice',
        label: LABELS[choice],
        checked: choice === current,
        run: () => {
          applyTheme(choice)
          setTheme(choice)
        },
      }))}
    />
  )
}
