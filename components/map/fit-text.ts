const MOST_REMEMBERED = 4_000

/** Cuts text to a width in px with an ellipsis, and remembers the answers: a map paints the same names many times a second. */
export class TextFitter {
  readonly #known = new Map<string, string>()

  fit(context: CanvasRenderingContext2D, text: string, width: number): string {
    if (width <= 0) return ''
    const key = `${context.font}|${Math.floor(width)}|${text}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear()
    const fitted = cut(context, text, width)
    this.#known.set(key, fitted)
    return fitted
  }
}

function cut(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text
  const letters = [...text]
  let low = 0
  let high = letters.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (context.measureText(`${letters.slice(0, middle).join('')}…`).width <= width) low = middle
    else high = middle - 1
  }
  return low === 0 ? '' : `${letters.slice(0, low).join('')}…`
}

/** A long name in two lines, broken after the hyphen or dot nearest to its middle; null where it has none, or is an address. */
export function breakName(name: string): readonly [string, string] | null {
  if (!/[a-z]/i.test(name) || name.includes('/')) return null
  let best = -1
  for (let i = 1; i < name.length - 1; i++) {
    if (name[i] !== '-' && name[i] !== '.') continue
    if (best < 0 || Math.abs(i + 1 - name.length / 2) < Math.abs(best + 1 - name.length / 2)) best = i
  }
  return best < 0 ? null : [name.slice(0, best + 1), name.slice(best + 1)]
}
