const MASK = '***'
const SCHEME_END = '://'
/** What ends the part of a URL that names user and server: the URL goes on, or the sentence around it does. */
const AUTHORITY_END = /[/?#\\\s"<>]/g
const SERVER = /^(?:\[[^[\]]*\]|[^:[\]]*)(?::\d*)?$/
/** Characters of a password that is looked for behind what was not escaped. */
const MOST_UNESCAPED = 1_000

/**
 * Hides users and passwords of all URLs in a text that people see: `http://bob:secret@host/` becomes `http://***@host/`.
 *
 * Where the port is no number the password mostly has a character that had to be escaped. Then everything up to the last `@` of
 * the line is hidden, and without any `@` all that stands where user and server stand.
 */
export function maskUserinfo(text: string): string {
  let masked = ''
  let from = 0
  for (;;) {
    const end = text.indexOf(SCHEME_END, from)
    if (end === -1) return masked + text.slice(from)
    const start = end + SCHEME_END.length
    masked += text.slice(from, start)
    from = endOfUserinfo(text, start)
    if (from > start) masked += MASK
  }
}

/** Where the `@` behind user and password stands; `start` when there are none. */
function endOfUserinfo(text: string, start: number): number {
  AUTHORITY_END.lastIndex = start
  const end = AUTHORITY_END.exec(text)?.index ?? text.length
  const authority = text.slice(start, end)
  const at = authority.lastIndexOf('@')
  if (at !== -1) return start + at
  if (SERVER.test(authority)) return start
  const [line = ''] = text.slice(end, end + MOST_UNESCAPED).split('\n', 1)
  const late = line.lastIndexOf('@')
  return late === -1 ? end : end + late
}
