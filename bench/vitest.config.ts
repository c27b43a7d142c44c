import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Benchmarks are no tests: `npm test` leaves them alone. */
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('..', import.meta.url)) } },
  test: { include: ['bench/**/*.bench.ts'], fileParallelism: false, pool: 'forks' },
})
