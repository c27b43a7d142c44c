import type { Picture, Point, Shape } from './picture'

export const FONT_FAMILY = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'

/** A picture as an SVG document of its own: no scripts, no links, every text from the data escaped. */
export function pictureSvg({ width, height, background, shapes }: Picture): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(FONT_FAMILY)}">`
  return `${head}<rect width="100%" height="100%" fill="${background}"/>${shapes.map(element).join('')}</svg>\n`
}

function element(shape: Shape): string {
  switch (shape.kind) {
    case 'rect': {
      const { x, y, width, height, fill, stroke } = shape
      return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="4" fill="${fill}" stroke="${stroke}"/>`
    }
    case 'line': {
      const { from, to, stroke, width, dash } = shape
      const dashes = dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`
      return `<line x1="${n(from.x)}" y1="${n(from.y)}" x2="${n(to.x)}" y2="${n(to.y)}" stroke="${stroke}" stroke-width="${width}"${dashes}/>`
    }
    case 'polygon':
      return `<polygon points="${shape.points.map(pair).join(' ')}" fill="${shape.fill}"/>`
    case 'text': {
      const weight = shape.bold ? ' font-weight="600"' : ''
      return `<text x="${n(shape.at.x)}" y="${n(shape.at.y)}" font-size="${shape.size}"${weight} fill="${shape.fill}">${escapeXml(shape.text)}</text>`
    }
  }
}

function pair({ x, y }: Point): string {
  return `${n(x)},${n(y)}`
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10)
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])

function escapeXml(value: string): string {
  let escaped = ''
  for (const character of value) if (isXmlCharacter(character)) escaped += ENTITIES.get(character) ?? character
  return escaped
}

/** XML knows no control characters but tab and line breaks, and no halves of surrogate pairs, escaped or not. */
function isXmlCharacter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff
}
