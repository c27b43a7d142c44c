/**
 * Text of one line for a terminal: what would move the cursor, colour the screen or start a new line is written as an
 * escape, also the marks that turn the direction of writing.
 */
export function plainLine(text: string): string {
  if (/^[ -~]*$/.test(text)) return text
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}

const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
