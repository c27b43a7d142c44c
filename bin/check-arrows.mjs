// @ts-check
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findForbiddenImports, findImpureLines } from './arrows.mjs'
import { findCycles, readImportGraph } from './import-graph.mjs'
import { PACKAGE_FOLDER } from './package-folder.mjs'

const { files, imports } = readImportGraph(PACKAGE_FOLDER, ['app', 'cli', 'components', 'lib', 'server'])
const problems = [
  ...findForbiddenImports(imports),
  ...findCycles(imports).map((cycle) => `${cycle[0]}: imports itself: ${[...cycle, cycle[0]].join(' -> ')}`),
  ...files.flatMap((file) => findImpureLines(file, readFileSync(join(PACKAGE_FOLDER, file), 'utf8'))),
]
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.stdout.write(`${files.length} files, ${imports.length} imports, ${problems.length} problems\n`)
process.exit(problems.length === 0 ? 0 : 1)
