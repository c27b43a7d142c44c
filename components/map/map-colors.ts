/** Colours of the canvas, read from the page's tokens: a canvas cannot use CSS variables itself. */
export type MapColors = {
  readonly page: string
  readonly surface: string
  readonly raised: string
  readonly sunken: string
  readonly selected: string
  readonly border: string
  readonly borderStrong: string
  readonly text: string
  readonly muted: string
  readonly faint: string
  readonly accent: string
  readonly forwarded: string
  readonly denied: string
  readonly deniedSurface: string
  readonly error: string
  readonly through: string
  readonly unused: string
  readonly unknown: string
  readonly notice: string
  readonly fontText: string
  readonly fontMono: string
}

const TOKENS: Readonly<Record<keyof MapColors, string>> = {
  page: '--surface-page',
  surface: '--surface',
  raised: '--surface-raised',
  sunken: '--surface-sunken',
  selected: '--surface-selected',
  border: '--border',
  borderStrong: '--border-strong',
  text: '--text',
  muted: '--text-muted',
  faint: '--text-faint',
  accent: '--accent',
  forwarded: '--forwarded',
  denied: '--dropped',
  deniedSurface: '--dropped-surface',
  error: '--error',
  through: '--would-deny',
  unused: '--unused',
  unknown: '--unknown',
  notice: '--notice',
  fontText: '--font-text',
  fontMono: '--font-mono',
}

export function readMapColors(element: Element): MapColors {
  const style = getComputedStyle(element)
  const read = (token: string) => style.getPropertyValue(token).trim() || '#888888'
  return Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [name, read(token)])) as MapColors
}
