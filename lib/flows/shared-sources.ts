const SHARED: ReadonlySet<string> = new Set(['hubble', 'goldmane', 'netobserv-loki', 'prometheus'])

/** True for kinds of sources that give every process that reads them the same flows. */
export function isSharedSource(kind: string): boolean {
  return SHARED.has(kind)
}
