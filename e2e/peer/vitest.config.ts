import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Not part of `npm test`: it needs Go and a minute to build the peer. */
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('../..', import.meta.url)) } },
  test: { root: fileURLToPath(new URL('.', import.meta.url)), include: ['*.test.ts'], testTimeout: 600_000, hookTimeout: 600_000 },
})
