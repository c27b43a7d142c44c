/** `1,240`, the same on every machine. */
export function plainCount(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 flow`, `1,240 flows`. */
export function countOf(number: number, noun: string): string {
  return `${plainCount(number)} ${noun}${number === 1 ? '' : 's'}`
}
