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
  /** Of the clusters that are shown together, in their order. */
  readonly tint0: string
  readonly tint1: string
  readonly tint2: string
  readonly tint3: string
  readonly tint4: string
  readonly tint5: string
  readonly tint6: string
  readonly tint7: string
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
  tint0: '--cluster-1',
  tint1: '--cluster-2',
  tint2: '--cluster-3',
  tint3: '--cluster-4',
  tint4: '--cluster-5',
  tint5: '--cluster-6',
  tint6: '--cluster-7',
  tint7: '--cluster-8',
  fontText: '--font-text',
  fontMono: '--font-mono',
}

export function readMapColors(element: Element): MapColors {
  const style = getComputedStyle(element)
  const read = (token: string) => style.getPropertyValue(token).trim() || '#888888'
  return Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [name, read(token)])) as MapColors
}

/** The colour of each of the clusters that are shown together; after the last it begins anew. */
export function clusterTints(colors: MapColors): readonly string[] {
  return [colors.tint0, colors.tint1, colors.tint2, colors.tint3, colors.tint4, colors.tint5, colors.tint6, colors.tint7]
}
