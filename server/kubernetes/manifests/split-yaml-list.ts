import type { YamlChunk } from './split-yaml'

/** An anchor or an alias: what an item might share with another one. Text that only looks like one does no harm here. */
const SHARED = /(?:^|[\s[{,])[&*][\w-]/m

/**
 * Takes a `v1 List` as `kubectl get -o yaml` prints it apart into one chunk per item, before anything is parsed: a
 * broken item then costs only itself, and a large list does not stop everything else while it is read. The dash of
 * each item becomes a blank, so that lines and columns stay those of the file.
 *
 * null when the document is no such list, or its items cannot be read one by one.
 */
export function splitYamlList({ text, line }: YamlChunk): readonly YamlChunk[] | null {
  const lines = text.split('\n')
  const start = lines.findIndex((content) => /^items:\s*$/.test(content))
  if (start < 0 || SHARED.test(text)) return null
  const indent = /^( *)- /.exec(lines.slice(start + 1).find((content) => isContent(content)) ?? '')?.[1]
  if (indent === undefined) return null

  const end = lines.findIndex((content, index) => index > start && /^[^\s#-]/.test(content))
  const outside = [...lines.slice(0, start), ...(end < 0 ? [] : lines.slice(end))]
  if (!outside.some((content) => /^kind:\s*List\s*$/.test(content)) || !outside.every((content) => isPlainHeader(content))) return null

  const items: YamlChunk[] = []
  let first = -1
  const close = (next: number): void => {
    if (first < 0) return
    const [head = '', ...rest] = lines.slice(first, next)
    items.push({ text: [`${indent}  ${head.slice(indent.length + 2)}`, ...rest].join('\n'), line: line + first })
  }
  for (let index = start + 1; index < (end < 0 ? lines.length : end); index++) {
    const content = lines[index] ?? ''
    if (!content.startsWith(`${indent}- `)) {
      // A line further left than the items belongs to none of them: let the parser say what it is.
      if (isContent(content) && !content.startsWith(`${indent} `)) return null
      continue
    }
    close(index)
    first = index
  }
  close(end < 0 ? lines.length : end)
  return items
}

function isContent(content: string): boolean {
  return content.trim() !== '' && !content.trimStart().startsWith('#')
}

/** What stands around the items of a list and may be left out without a loss. */
function isPlainHeader(content: string): boolean {
  return !isContent(content) || /^(---|apiVersion:\s*v1|kind:\s*List|metadata:.*|\s+\w+:.*)\s*$/.test(content)
}
