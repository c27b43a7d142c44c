import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Not part of `npm test`: it needs root, and programs that log what the kernel does. */
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('../..', import.meta.url)) } },
  test: { root: fileURLToPath(new URL('.', import.meta.url)), include: ['*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
})
