import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import type { ConnectivityChange } from '../../policy/diff/connectivity-change'
import { gatherEvidence } from '../../review/evidence'
import type { ReplayedConnection } from '../../review/flow-replay'
import { aRecordedConnection } from '../../review/testing/a-recorded-connection'
import type { Basis } from './basis'
import { diffJson } from './diff-json'
import { diffMarkdown } from './diff-md'
import type { DiffReport } from './diff-report'
import { diffText } from './diff-text'

const basis: Basis = {
  profile: 'kubernetes',
  evidence: 'as asked for',
  assumptions: {},
  enforcer: {
    plugin: 'Calico',
    enforces: 'yes',
    reason: 'Calico enforces NetworkPolicy',
    evidence: 'DaemonSet kube-system/calico-node is Calico.',
  },
  notEvaluated: [],
}
const none = { connections: 0, flows: 0 }

function aDiffReport(changes: readonly ConnectivityChange[]): DiffReport {
  return {
    basis: { before: basis, after: basis },
    diff: { level: 'workload', changes, unknown: [] },
    replay: {
      newlyDenied: [],
      newlyAllowed: [],
      unchanged: 0,
      unknown: 0,
      totals: { newlyDenied: none, newlyAllowed: none, unchanged: none, unknown: none },
      unknownBecause: [],
    },
    evidence: gatherEvidence({ recorded: [], cluster: aCluster(), ledgers: [], reportingNodes: new Set(), range: null }),
  }
}

function aChange(options: Partial<ConnectivityChange>): ConnectivityChange {
  const ends = { src: 'shop/web[Deployment]', dst: 'shop/cart[Deployment]' }
  return { type: 'added', ...ends, before: 'none', after: 'all', workloadChange: null, because: [], ...options }
}

test('the outside is one end in every summary, and as many ranges as it has in the lists of programs', () => {
  const report = aDiffReport(['ip:0.0.0.0-255.255.255.255', 'ip:::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'].map((src) => aChange({ src })))
  const summary = 'Between workloads and the outside it opens 1 pair.'
  expect([...diffText(report)].join('')).toContain(`${summary}\n`)
  expect([...diffMarkdown(report)].join('')).toContain(`**${summary}**\n`)
  expect(JSON.parse([...diffJson(report)].join(''))).toMatchObject({ summary, totals: { opened: 2 }, changes: report.diff.changes })
})

test('Markdown of many long groups fits a comment, each group shows some of its rows, and the rest is counted', () => {
  const many = (name: string, options: Partial<ConnectivityChange>) =>
    Array.from({ length: 700 }, (_, index) => aChange({ src: `${name}/workload-with-a-long-name-${index}[Deployment]`, ...options }))
  const changes = [
    ...many('opened', {}),
    ...many('closed', { type: 'removed', before: 'all', after: 'none' }),
    ...many('altered', { type: 'changed', before: { TCP: [[80, 80]] }, after: { TCP: [[81, 81]] } }),
    ...many('gone', { type: 'removed', before: 'all', after: 'none', workloadChange: { src: 'disappears', dst: null } }),
  ]
  const report = aDiffReport(changes)
  const broken: ReplayedConnection = { ...aRecordedConnection(), before: 'allowed', after: 'denied', because: [] }
  const unknown = changes.slice(0, 700).map(({ dst, before, after }, index) => {
    return { src: `unknown/workload-${index}[Deployment]`, dst, before, after, reason: 'fqdn-rule' as const }
  })
  const full = {
    ...report,
    diff: { ...report.diff, unknown },
    replay: { ...report.replay, newlyDenied: Array.from({ length: 700 }, () => broken), newlyAllowed: [broken] },
  }
  const text = [...diffMarkdown(full)].join('')
  expect(text.length).toBeLessThan(65_536)
  expect(text.length).toBeGreaterThan(60_000)
  expect(text.split('\n#### Recorded connections that were denied and are allowed now\n')[1]?.split('\n').slice(3, 5)).toEqual([
    expect.stringContaining('| `shop/web[Deployment]` |'),
    '',
  ])
  const folded = [...text.matchAll(/<details><summary>[^\n]*: 700<\/summary>(.*?)<\/details>/gs)].map(([, table = '']) => table)
  expect(folded).toHaveLength(6)
  for (const table of folded) {
    const rows = table.split('\n').filter((line) => line.startsWith('| ')).length - 2
    expect(rows).toBeGreaterThan(30)
    expect(table).toContain(`\n_${700 - rows} more are not shown here; \`-o json\` lists all._\n`)
  }
})
