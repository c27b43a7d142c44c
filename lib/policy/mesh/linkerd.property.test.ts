import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies } from '../engine'
import { agreeOnMesh } from '../testing/mesh-agreement'
import { naiveLinkerd } from '../testing/naive-linkerd'
import { LINKERD_OUTSIDE, LINKERD_PORTS, linkerdDocumentsOf, randomLinkerd } from '../testing/random-linkerd'

// Millions in a longer run: SLUICE_PROPERTY_RUNS=20000 npx vitest run lib/policy/mesh/linkerd.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 550)

test(
  'Linkerd: both evaluators agree on every pair, port bound and address bound of random clusters',
  () => {
    let decisions = 0
    const seen = { allowed: 0, denied: 0, unknown: 0 }
    fc.assert(
      fc.property(randomLinkerd, (linkerd) => {
        const engine = compilePolicies(aCluster(linkerdDocumentsOf(linkerd)), { profile: 'kubernetes' })
        expect(engine.problems.filter(({ severity }) => severity === 'error')).toEqual([])
        decisions += agreeOnMesh(engine, linkerd.pods, LINKERD_OUTSIDE, LINKERD_PORTS, (from, to, port) => {
          const verdict = naiveLinkerd(linkerd, from, to, port)
          seen[verdict]++
          return verdict
        })
      }),
      { numRuns: RUNS },
    )
    process.stdout.write(
      `Linkerd: ${decisions} random decisions agree (${seen.allowed} allowed, ${seen.denied} denied, ${seen.unknown} unknown)\n`,
    )
    expect(Math.min(seen.allowed, seen.denied, seen.unknown)).toBeGreaterThan(0)
  },
  120_000 + RUNS * 500,
)
