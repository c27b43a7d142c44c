import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies } from '../engine'
import { agreeOnMesh } from '../testing/mesh-agreement'
import { naiveIstio } from '../testing/naive-istio'
import { ISTIO_OUTSIDE, ISTIO_PORTS, istioDocumentsOf, randomIstio } from '../testing/random-istio'

// Millions in a longer run: SLUICE_PROPERTY_RUNS=20000 npx vitest run lib/policy/mesh/istio.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 550)

test(
  'Istio: both evaluators agree on every pair, port bound and address bound of random clusters',
  () => {
    let decisions = 0
    const seen = { allowed: 0, denied: 0, unknown: 0 }
    fc.assert(
      fc.property(randomIstio, (istio) => {
        const engine = compilePolicies(aCluster(istioDocumentsOf(istio)), { profile: 'kubernetes' })
        expect(engine.problems).toEqual([])
        decisions += agreeOnMesh(engine, istio.pods, ISTIO_OUTSIDE, ISTIO_PORTS, (from, to, port) => {
          const verdict = naiveIstio(istio, from, to, port)
          seen[verdict]++
          return verdict
        })
      }),
      { numRuns: RUNS },
    )
    process.stdout.write(
      `Istio: ${decisions} random decisions agree (${seen.allowed} allowed, ${seen.denied} denied, ${seen.unknown} unknown)\n`,
    )
    expect(Math.min(seen.allowed, seen.denied, seen.unknown)).toBeGreaterThan(0)
  },
  120_000 + RUNS * 500,
)
