import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Not part of the unit tests: it needs the servers that `bin/build-flow-servers.mjs` builds. */
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('../..', import.meta.url)) } },
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
