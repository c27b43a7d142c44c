export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** Kept in a cookie, so that the server sends the page in the chosen colours and nothing flashes. */
export const THEME_COOKIE = 'sluice-theme'

/** Anything else than a theme means the system's. */
export function parseTheme(text: string | undefined): Theme {
  return THEMES.find((theme) => theme === text) ?? 'system'
}
