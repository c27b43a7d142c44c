/** A text that counts how many of its characters somebody looked at. For tests that measure work instead of time. */
export type CountingText = { readonly text: string; readonly steps: () => number }

/** Behaves as the string does; only what parsers use of a string is there. */
export function countingText(value: string): CountingText {
  let steps = 0
  const methods = {
    startsWith: (search: string, position = 0): boolean => {
      steps += search.length
      return value.startsWith(search, position)
    },
    indexOf: (search: string, position = 0): number => {
      const found = value.indexOf(search, position)
      steps += (found < 0 ? value.length : found) - position + 1
      return found
    },
    charCodeAt: (index: number): number => {
      steps++
      return value.charCodeAt(index)
    },
    slice: (from: number, to: number): string => {
      steps += to - from
      return value.slice(from, to)
    },
  }
  const text = new Proxy(methods, {
    get: (target, key) => {
      if (key === 'length') return value.length
      if (typeof key === 'string' && /^\d+$/.test(key)) {
        steps++
        return value[Number(key)]
      }
      return Reflect.get(target, key)
    },
  })
  return { text: text as unknown as string, steps: () => steps }
}
