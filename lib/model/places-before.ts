/**
 * For each element of a list the place at which an earlier list holds the very same value, -1 for one that is new. A value that
 * the earlier list holds several times is found at any of its places. Costs next to nothing where little changed.
 */
export function placesBefore<Value>(before: readonly Value[], now: readonly Value[]): Int32Array {
  const places = new Int32Array(now.length).fill(-1)
  const shorter = Math.min(before.length, now.length)
  let start = 0
  while (start < shorter && before[start] === now[start]) {
    places[start] = start
    start++
  }
  const shift = before.length - now.length
  let end = now.length
  while (end > start && end + shift > start && before[end + shift - 1] === now[end - 1]) {
    end--
    places[end] = end + shift
  }
  if (start === end) return places
  const between = new Map<Value, number>()
  for (let place = start; place < end + shift; place++) {
    const value = before[place]
    if (value !== undefined) between.set(value, place)
  }
  for (let place = start; place < end; place++) {
    const value = now[place]
    if (value !== undefined) places[place] = between.get(value) ?? -1
  }
  return places
}

/** True when both hold the very same values in one order. */
export function holdTheSame<Value>(before: readonly Value[], now: readonly Value[]): boolean {
  if (before.length !== now.length) return false
  // Long lists are compared with every change of a cluster.
  for (let place = 0; place < now.length; place++) if (before[place] !== now[place]) return false
  return true
}
