import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)) } },
  test: {
    include: ['{app,bench,bin,cli,components,lib,server,testing}/**/*.test.{ts,tsx}'],
    testTimeout: 20_000,
    // One for each processor: by default one is left idle, which on small machines is half of them.
    maxWorkers: availableParallelism(),
    // Files of one worker share the modules that they import: read once for each file, they take a third of the time.
    isolate: false,
  },
})
