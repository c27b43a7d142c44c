import type { PortRange } from '../types'

/** Reads a comma list of ports and ranges, as annotations have it: `25,3306,4000-5000`. What is none is left out. */
export function readPortList(text: string): readonly PortRange[] {
  return text.split(',').flatMap((part): PortRange[] => {
    const [low = '', high = low] = part.trim().split('-')
    if (!/^\d{1,5}$/.test(low) || !/^\d{1,5}$/.test(high)) return []
    return Number(low) > Number(high) ? [] : [[Number(low), Number(high)]]
  })
}

export function hasPort(list: readonly PortRange[], port: number): boolean {
  return list.some(([low, high]) => low <= port && port <= high)
}

/** Where the answer may change because of a list: the first port of each range and the first behind it. */
export function boundsOf(list: readonly PortRange[]): readonly number[] {
  return list.flatMap(([low, high]) => [low, high + 1])
}
