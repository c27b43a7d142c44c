import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import type { ConnectivityChange } from '../../policy/diff/connectivity-change'
import { gatherEvidence } from '../../review/evidence'
import type { Basis } from './basis'
import { diffJson } from './diff-json'
import { diffMarkdown } from './diff-md'
import type { DiffReport } from './diff-report'
import { diffText } from './diff-text'

const basis: Basis = {
  profile: 'kubernetes',
  evidence: 'as asked for',
  assumptions: {},
  enforcer: { plugin: 'Calico', enforces: 'yes', evidence: 'DaemonSet kube-system/calico-node is Calico.' },
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
