const MAY_BE_QUIET: ReadonlySet<string> = new Set(['file', 'dir', 'ingest'])

/** True for kinds of sources that are quiet whenever nobody writes: nothing has to be wrong then. */
export function mayBeQuiet(kind: string): boolean {
  return MAY_BE_QUIET.has(kind)
}
