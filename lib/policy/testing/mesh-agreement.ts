import fc from 'fast-check'
import { expect } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies, type PolicyEngine } from '../engine'
import { findConnection } from './find-connection'
import type { NaiveMeshClient, NaiveMeshPod, NaiveVerdict } from './naive-mesh'
import type { NaiveEnd } from './naive-network-policy'

/** A mesh in random clusters, and what an evaluator written apart from the engine says of them. */
export type MeshAgreement<World extends { readonly pods: readonly NaiveMeshPod[] }> = {
  readonly name: string
  readonly worlds: fc.Arbitrary<World>
  readonly documentsOf: (world: World) => readonly object[]
  readonly outside: readonly string[]
  readonly ports: readonly number[]
  readonly naive: (world: World, from: NaiveMeshClient, to: NaiveMeshPod, port: number) => NaiveVerdict
}

/** Asserts that both evaluators agree on every pair, port bound and address bound of `runs` random clusters. */
export function expectMeshAgreement<World extends { readonly pods: readonly NaiveMeshPod[] }>(
  { name, worlds, documentsOf, outside, ports, naive }: MeshAgreement<World>,
  runs: number,
): void {
  let decisions = 0
  const seen = { allowed: 0, denied: 0, unknown: 0 }
  fc.assert(
    fc.property(worlds, (world) => {
      const engine = compilePolicies(aCluster(documentsOf(world)), { profile: 'kubernetes' })
      expect(engine.problems.filter(({ severity }) => severity === 'error')).toEqual([])
      decisions += agree(engine, world.pods, outside, ports, (from, to, port) => {
        const verdict = naive(world, from, to, port)
        seen[verdict]++
        return verdict
      })
    }),
    { numRuns: runs },
  )
  process.stdout.write(
    `${name}: ${decisions} random decisions agree (${seen.allowed} allowed, ${seen.denied} denied, ${seen.unknown} unknown)\n`,
  )
  expect(Math.min(seen.allowed, seen.denied, seen.unknown)).toBeGreaterThan(0)
}

/**
 * Compares the engine with a naive evaluator for every client, pod and port: what the connectivity says, and for every
 * seventh question what `evaluate` says. Returns the number of questions; throws at the first difference.
 */
function agree(
  engine: PolicyEngine,
  pods: readonly NaiveMeshPod[],
  outside: readonly string[],
  ports: readonly number[],
  answer: (from: NaiveMeshClient, to: NaiveMeshPod, port: number) => NaiveVerdict,
): number {
  let questions = 0
  const connectivity = engine.connectivity('pod')
  const isAllowed = findConnection(connectivity)
  const isUnknown = findConnection({ ...connectivity, connections: connectivity.unknown })
  const clients: readonly NaiveMeshClient[] = [...pods, ...outside.map((ip) => ({ kind: 'address', ip }) as const)]
  for (const from of clients) {
    for (const to of pods) {
      if (from === to) continue
      for (const port of ports) {
        const expected = answer(from, to, port)
        const [source, target] = [endOf(from), endOf(to)]
        const place = `${nameOf(from)} ${nameOf(to)} ${port}: expected ${expected}`
        const found = isAllowed(source, target, 'TCP', port) ? 'allowed' : isUnknown(source, target, 'TCP', port) ? 'unknown' : 'denied'
        if (found !== expected) throw new Error(`connectivity says ${found}: ${place}`)
        questions++
        if (questions % 7 !== 0) continue
        const { verdict } = engine.evaluate({ from: nameOf(from), to: nameOf(to), port, protocol: 'TCP' })
        if (verdict !== expected) throw new Error(`evaluate says ${verdict}: ${place}`)
        if (!isAllowed(source, target, 'UDP', port)) throw new Error(`no mesh carries UDP: ${place}`)
      }
    }
  }
  return questions
}

function nameOf(client: NaiveMeshClient): string {
  return client.kind === 'pod' ? `${client.namespace}/${client.name}` : `ip:${client.ip}`
}

function endOf(client: NaiveMeshClient): NaiveEnd {
  return client.kind === 'pod' ? { ...client, namespaceLabels: {}, ports: [] } : client
}
