/** A quoted label of a Mermaid diagram. Whatever could end it, or be read as HTML or Markdown, is an entity code. */
export function mermaidString(text: string): string {
  const escaped = text.replace(/[^\w ./:-]/gu, (character) => `#${character.codePointAt(0)};`)
  return `"${escaped === '' ? ' ' : escaped}"`
}
