import type { ResourceTarget } from './request-target'
import { badRequest, invalidOptions, StatusError } from './status'

/** The part of a query that says how and from when a list or watch is to be read. */
export type ListOptions = {
  /** null: not said, which means the newest. */
  readonly resourceVersion: number | null
  readonly match: 'Exact' | 'NotOlderThan' | null
  /** 0: everything at once. */
  readonly limit: number
  readonly continueFrom: ContinueToken | null
  readonly sendInitialEvents: boolean | null
  readonly allowBookmarks: boolean
  readonly timeoutMs: number | null
}

type ContinueToken = {
  /** null goes on with what is there now, after an expired token. */
  readonly revision: number | null
  /** Key of the last object that was sent. */
  readonly after: string
}

/** Checks what contradicts itself, in the words of the real server. */
export function readListOptions({ query, verb }: ResourceTarget): ListOptions {
  const isWatch = verb === 'watch'
  const version = query.get('resourceVersion') ?? ''
  const match = query.get('resourceVersionMatch') ?? ''
  const sendInitialEvents = query.get('sendInitialEvents')
  const limit = readNumber(query.get('limit'))
  const timeoutSeconds = readNumber(query.get('timeoutSeconds'))
  const problems = [...matchProblems(isWatch, version, match, sendInitialEvents)]
  if (problems.length > 0) throw invalidOptions(problems)
  const token = query.get('continue') ?? ''
  if (token !== '' && version !== '') throw badRequest('specifying resource version is not allowed when using continue')
  return {
    resourceVersion: version === '' ? null : readVersion(version, isWatch),
    match: match === 'Exact' || match === 'NotOlderThan' ? match : null,
    limit: limit ?? 0,
    continueFrom: token === '' ? null : readContinueToken(token),
    sendInitialEvents: sendInitialEvents === null ? null : sendInitialEvents === 'true' || sendInitialEvents === '1',
    allowBookmarks: ['1', 'true'].includes(query.get('allowWatchBookmarks') ?? ''),
    timeoutMs: timeoutSeconds === null || timeoutSeconds === 0 ? null : timeoutSeconds * 1000,
  }
}

export function writeContinueToken(token: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: token.revision ?? -1, start: token.after })).toString('base64url')
}

function readContinueToken(text: string): ContinueToken {
  try {
    const { rv, start } = JSON.parse(Buffer.from(text, 'base64url').toString())
    return { revision: rv === -1 ? null : Number(rv), after: String(start) }
  } catch {
    throw badRequest("invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value")
  }
}

const NOT_EXACT = {
  field: 'resourceVersionMatch',
  type: 'FieldValueNotSupported',
  message: 'Unsupported value: "Exact": supported values: "NotOlderThan"',
}

function* matchProblems(isWatch: boolean, version: string, match: string, sendInitialEvents: string | null) {
  const forbidden = (field: string, text: string) => ({ field, type: 'FieldValueForbidden', message: `Forbidden: ${text}` })
  if (isWatch && sendInitialEvents !== null) {
    if (match !== 'NotOlderThan')
      yield forbidden('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
    if (match === 'Exact') yield NOT_EXACT
    return
  }
  if (match !== '') {
    if (isWatch) {
      yield forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')
      if (match === 'Exact') yield NOT_EXACT
    } else if (version === '')
      yield forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided')
    else if (match === 'Exact' && version === '0') {
      yield forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
    }
  }
  if (sendInitialEvents !== null) yield forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list')
}

function readNumber(text: string | null): number | null {
  if (text === null || text === '') return null
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}

function readVersion(text: string, isWatch: boolean): number {
  if (/^\d+$/.test(text)) return Number(text)
  const problem = `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`
  throw isWatch ? new StatusError({ code: 500, message: problem }) : badRequest(`invalid resource version: ${problem}`)
}
