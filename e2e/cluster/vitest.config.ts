import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Run with `npm run test:cluster`, which puts it into a network namespace: every file starts the same ports, one after the other. */
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('../..', import.meta.url)) } },
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
})
