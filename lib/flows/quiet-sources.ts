const MAY_BE_QUIET: ReadonlySet<string> = new Set(['file', 'dir', 'ingest'])

/** True for kinds of sources that are quiet whenever nobody writes: nothing has to be wrong then. */
function mayBeQuiet(kind: string): boolean {
  return MAY_BE_QUIET.has(kind)
}

/** True for a source that somebody has to look after: it failed, or is silent without a reason to be. */
export function isTroubled({ kind, state }: { readonly kind: string; readonly state: string }): boolean {
  return state === 'failed' || (state === 'silent' && !mayBeQuiet(kind))
}
