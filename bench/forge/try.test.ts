import { test } from 'vitest'
import { isBalanced } from '@/lib/flows/ledger'
import { forge, PAIRS, RENDERINGS } from './forge'
const N = Number(process.env.N ?? 3)
for (const set of [...RENDERINGS.map((r) => [r]), ...PAIRS]) {
  for (const hasOutage of [false, true])
    test(`${set.map((r) => r.name)} ${hasOutage}`, { timeout: 600_000 }, async () => {
      const t = Date.now()
      for (let seed = 1; seed <= N; seed++) {
        const { difference: d, played, truth } = await forge(seed, set, { losses: 0, hasOutage })
        console.log(seed, 'wrong', d.wrong.length, d.wrong.slice(0, 3), 'mis', d.miscounted.length, d.miscounted.slice(0, 4), 'unnamed', d.unnamed, 'conn', d.connections, truth.filter((c) => set[0]?.outcome(c) !== null).length,
          ...played.feeds.map(({ ledger, sent }) => `${sent} ${ledger.received} ${isBalanced(ledger)} ${JSON.stringify(ledger.dropped)}`))
      }
      console.log('ms', (Date.now() - t) / N)
    })
}
