/** A name as code, in any place of a Markdown document, also in a table: nothing in it is read as Markdown or HTML. */
export function markdownCode(name: string): string {
  return /^[\w ./:[\]-]*[\w./:[\]-]$/.test(name) ? `\`${name}\`` : `<code>${markdownText(name)}</code>`
}

/** Text of one line in which nothing is read as Markdown or HTML, and nobody is mentioned. */
export function markdownText(text: string): string {
  return text
    .replace(/\p{Cc}|[\u2028\u2029]/gu, ' ')
    .replace(/[!-/:-@[-`{-~]/g, (character) => (PLAIN.has(character) ? character : `&#${character.charCodeAt(0)};`))
}

/** Punctuation that means nothing inside a line. */
const PLAIN: ReadonlySet<string> = new Set([',', '.', ';', '/', '%', '?'])
