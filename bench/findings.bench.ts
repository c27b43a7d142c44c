import { test } from 'vitest'
import { Detection } from '../lib/detect/detect-findings'
import { aCluster } from '../lib/model/testing/a-cluster'
import { manyPods } from '../lib/model/testing/many-pods'
import { aNode } from '../lib/model/testing/objects'
import { compilePolicies } from '../lib/policy/engine'
import { generatePolicyCluster } from './generate-policies'

/**
 * How long a judgement takes, and its longest step: for so long nobody else has a turn. CPU time of this process.
 * Run: npx vitest run --config bench/vitest.config.ts findings
 */
const SIZES = [
  { pods: 1_000, policies: 100 },
  { pods: 10_000, policies: 1_000 },
]
const MACHINES = 50

test('times of judgements', { timeout: 600_000 }, () => {
  const rows: Record<string, string | number>[] = []
  for (const size of SIZES) {
    const machines = Array.from({ length: MACHINES }, (_, index) => aNode({ name: `node-${index}`, ip: `192.168.0.${index}` }))
    const clusters = {
      'Services and pods': [...manyPods(size.pods), ...machines],
      policies: [...generatePolicyCluster(size), ...machines],
    }
    for (const [kind, objects] of Object.entries(clusters)) {
      const cluster = aCluster(objects, { source: 'live', isPlaced: false })
      const detection = new Detection(cluster, compilePolicies(cluster))
      const first = judge(detection)
      const again = judge(detection)
      rows.push({
        pods: cluster.pods.size,
        of: kind,
        findings: first.findings,
        'first ms': Math.round(first.ms),
        'longest step ms': Math.round(first.longest),
        'again ms': Math.round(again.ms),
        'longest step again ms': Math.round(again.longest),
      })
    }
  }
  console.table(rows)
})

function judge(detection: Detection): { findings: number; ms: number; longest: number } {
  const steps = detection.judge({ now: 0, traffic: { edges: [], from: 0, to: 1, lookups: [] } })
  const started = cpuMs()
  let longest = 0
  for (;;) {
    const before = cpuMs()
    const step = steps.next()
    longest = Math.max(longest, cpuMs() - before)
    if (step.done) return { findings: step.value.length, ms: cpuMs() - started, longest }
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
