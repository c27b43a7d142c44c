/** A name as code, in any place of a Markdown document, also in a table: nothing in it is read as Markdown or HTML. */
export function markdownCode(name: string): string {
  return /^[\w ./:[\]-]*[\w./:[\]-]$/.test(name) ? `\`${name}\`` : `<code>${escaped(name, /[!-/:-@[-`{-~]/g)}</code>`
}

/** Words of one line in which nothing is read as Markdown or HTML, nothing becomes a link, and nobody is mentioned. */
export function markdownText(text: string): string {
  return escaped(text, /[!-'*+<>@[-`{-~]|:(?=\S)|(?<=www)\./gi)
}

function escaped(text: string, special: RegExp): string {
  return text.replace(/\p{Cc}|[\u2028\u2029]/gu, ' ').replace(special, (character) => `&#${character.charCodeAt(0)};`)
}
