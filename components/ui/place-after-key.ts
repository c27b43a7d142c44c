/**
 * The place in a list of `count` that a key leads to; null for keys that lead nowhere.
 * `place` is -1 while nothing is chosen; `page` is how many rows one page moves.
 */
export function placeAfterKey(key: string, place: number, count: number, page: number): number | null {
  if (count === 0) return null
  const clamp = (wanted: number) => Math.max(0, Math.min(count - 1, wanted))
  switch (key) {
    case 'ArrowDown':
      return clamp(place + 1)
    case 'ArrowUp':
      return clamp(place - 1)
    case 'PageDown':
      return clamp(place + page)
    case 'PageUp':
      return clamp(place - page)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
