// @ts-check

/** @type {ReadonlyMap<string, string>} */
const REASONS = new Map([
  ['ENOSPC', 'no space left on the disk; free some and start again'],
  ['EDQUOT', 'the disk quota is used up; free some space and start again'],
  ['EROFS', 'the folder is on a read-only file system'],
  ['EACCES', 'no right to write in the folder of Sluice'],
  ['EMFILE', 'too many open files; raise the limit with "ulimit -n"'],
])

/**
 * One line for a failure that is not the program's own fault; otherwise the message of the error.
 *
 * @param {unknown} error
 */
export function explainFailure(error) {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'ERR_MODULE_NOT_FOUND') return 'packages are missing; run "npm ci"'
  const path = 'path' in error ? ` (${String(error.path)})` : ''
  const reason = REASONS.get(code)
  return reason === undefined ? error.message : `${reason}${path}`
}
