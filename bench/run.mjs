// @ts-check
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

/** Bundles `bench/NAME.bench.ts` beside node_modules and runs it: `node bench/run.mjs NAME`. */
const name = process.argv[2]
if (name === undefined || !/^[a-z-]+$/.test(name)) {
  process.stderr.write('usage: node bench/run.mjs NAME, for example flow-ingest\n')
  process.exit(2)
}
const root = new URL('..', import.meta.url).pathname
const folder = await mkdtemp(join(root, 'node_modules', '.bench-'))
try {
  const bundle = await rolldown({
    input: join(root, 'bench', `${name}.bench.ts`),
    platform: 'node',
    resolve: { alias: { '@': root.replace(/\/$/, '') } },
    logLevel: 'warn',
  })
  const file = join(folder, 'bench.mjs')
  await bundle.write({ file, format: 'esm', codeSplitting: false })
  process.argv[1] = file
  await import(pathToFileURL(file).href)
} finally {
  await rm(folder, { recursive: true, force: true })
}
