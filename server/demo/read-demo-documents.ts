import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineCounter, parseAllDocuments } from 'yaml'
import type { SourceDocument } from '@/lib/model/source-document'

/** Where the YAML of the demo stands, below the folder of the product. */
const FOLDER = join('server', 'demo', 'cluster')

/**
 * The demo cluster as its platform team wrote it: no pods, no addresses.
 *
 * The folder is found from `SLUICE_ROOT`, because a bundled server does not know where it lies, else from the working folder.
 * Throws when the folder is missing or a document cannot be parsed: it is part of the product, so both are faults of ours.
 */
export function readDemoDocuments(root: string = process.env.SLUICE_ROOT ?? process.cwd()): SourceDocument[] {
  const folder = join(/* turbopackIgnore: true */ root, FOLDER)
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  return files.sort().flatMap((name) => readFile(join(folder, name), join(FOLDER, name)))
}

function readFile(path: string, shownAs: string): SourceDocument[] {
  const lines = new LineCounter()
  return parseAllDocuments(readFileSync(path, 'utf8'), { lineCounter: lines }).map((document) => {
    const [error] = document.errors
    if (error) throw new Error(`${shownAs}: ${error.message}`)
    const { line, col } = lines.linePos(document.contents?.range?.[0] ?? 0)
    return { body: document.toJS(), origin: { file: shownAs, line, column: col } }
  })
}
