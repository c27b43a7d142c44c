import type { Envelope } from './line-format'
import { readSyslogTime, readTime } from './time-text'

/** The head of a line of container output, and what follows it. */
export type CriHead = { readonly time: number; readonly stream: string; readonly isLast: boolean; readonly rest: string }

/** Reads `2026-05-04T10:00:00.1Z stdout F …`, as containerd and CRI-O write to their log files; null when the line begins otherwise. */
export function readCriHead(line: string): CriHead | null {
  if (line.charCodeAt(4) !== DASH || line.charCodeAt(10) !== LETTER_T) return null
  const space = line.indexOf(' ')
  if (space === -1 || space > 40) return null
  const stream = line.startsWith('stdout ', space + 1) ? 'stdout' : line.startsWith('stderr ', space + 1) ? 'stderr' : null
  if (stream === null) return null
  const tagAt = space + 1 + stream.length + 1
  const tagEnd = line.indexOf(' ', tagAt)
  // The tag may carry more after a colon, which is reserved.
  const tag = line[tagAt]
  if ((tag !== 'F' && tag !== 'P') || ((tagEnd === -1 ? line.length : tagEnd) !== tagAt + 1 && line[tagAt + 1] !== ':')) return null
  const time = readTime(line.slice(0, space))
  if (time === null) return null
  return { time, stream, isLast: tag === 'F', rest: tagEnd === -1 ? '' : line.slice(tagEnd + 1) }
}

/** Reads `2026-05-04T10:00:00.1Z …`, as `kubectl logs --timestamps` writes; null when the line begins otherwise. */
export function readTimeHead(line: string): { readonly time: number; readonly rest: string } | null {
  if (line.charCodeAt(4) !== DASH || line.charCodeAt(10) !== LETTER_T) return null
  const space = line.indexOf(' ')
  const time = space === -1 || space > 40 ? null : readTime(line.slice(0, space))
  return time === null ? null : { time, rest: line.slice(space + 1) }
}

/**
 * Takes the head of syslog or the journal off a line: `Aug  4 16:14:12 HOST TAG[PID]: …`, the same with an RFC 3339 time, each
 * with or without `<PRI>`, and RFC 5424. Null when the line begins otherwise. The host becomes the machine. A time without a
 * zone counts only where the wrapping around the line has none.
 */
export function takeSyslogHead(line: string, envelope: Envelope): { readonly rest: string; readonly envelope: Envelope } | null {
  const start = line[0] === '<' ? afterPriority(line) : 0
  if (start === -1) return null
  if (start > 0 && line.startsWith('1 ', start)) return takeRfc5424(line, start + 2, envelope)
  const isNamed = line[start + 3] === ' ' && line[start + 6] === ' '
  const timeEnd = isNamed ? start + 15 : line.indexOf(' ', start)
  if (timeEnd === -1 || timeEnd > start + 40 || line[timeEnd] !== ' ') return null
  const text = line.slice(start, timeEnd)
  const time = isNamed ? readSyslogTime(text, envelope.receivedAt) : text[10] === 'T' ? readTime(text) : null
  if (time === null) return null
  const hostEnd = line.indexOf(' ', timeEnd + 1)
  const host = hostEnd === -1 ? '' : line.slice(timeEnd + 1, hostEnd)
  if (!isWord(host)) return null
  const tagEnd = line.indexOf(': ', hostEnd + 1)
  if (tagEnd === -1 || tagEnd - hostEnd > 128 || !isTag(line.slice(hostEnd + 1, tagEnd))) return null
  return { rest: line.slice(tagEnd + 2), envelope: { ...envelope, time: isNamed ? (envelope.time ?? time) : time, node: host } }
}

function afterPriority(line: string): number {
  const end = line.indexOf('>')
  return end >= 2 && end <= 4 ? end + 1 : -1
}

/** `TIME HOST APP PROCID MSGID [SD] MSG` */
function takeRfc5424(line: string, start: number, envelope: Envelope): { readonly rest: string; readonly envelope: Envelope } | null {
  const fields: string[] = []
  let at = start
  while (fields.length < 5) {
    const end = line.indexOf(' ', at)
    if (end === -1 || end - at > 255) return null
    fields.push(line.slice(at, end))
    at = end + 1
  }
  const [time, host] = fields
  const rest = line[at] === '-' ? line.slice(at + 2) : afterStructuredData(line, at)
  if (rest === null) return null
  const read = readTime(time)
  return { rest, envelope: { ...envelope, time: read ?? envelope.time, node: host === undefined || host === '-' ? envelope.node : host } }
}

/** What follows `[id key="value"][…] `, where `]` may stand escaped in a value. */
function afterStructuredData(line: string, start: number): string | null {
  let isInString = false
  for (let at = start; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (isInString) {
      if (code === BACKSLASH) at++
      else if (code === QUOTE) isInString = false
    } else if (code === QUOTE) isInString = true
    else if (code === SPACE && line[at - 1] === ']') return line.slice(at + 1)
  }
  return null
}

function isWord(text: string): boolean {
  if (text === '' || text.length > 253) return false
  for (let index = 0; index < text.length; index++) if (!isWordCode(text.charCodeAt(index))) return false
  return true
}

/** `kernel`, `calico-felix[312412]`. */
function isTag(text: string): boolean {
  const bracket = text.endsWith(']') ? text.indexOf('[') : -1
  return bracket === -1 ? isWord(text) : isWord(text.slice(0, bracket)) && isWord(text.slice(bracket + 1, -1))
}

/** Letters, digits, `.`, `_`, `-`, `/` and `:` (an IPv6 address as host). */
function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 45 && code <= 58) || code === 95
}

const SPACE = 32
const QUOTE = 34
const DASH = 45
const LETTER_T = 84
const BACKSLASH = 92
