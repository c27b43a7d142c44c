import { test } from 'vitest'
import { expectMeshAgreement } from '../testing/mesh-agreement'
import { naiveIstio } from '../testing/naive-istio'
import { ISTIO_OUTSIDE, ISTIO_PORTS, istioDocumentsOf, randomIstio } from '../testing/random-istio'

// Millions in a longer run: SLUICE_PROPERTY_RUNS=20000 npx vitest run lib/policy/mesh/istio.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 550)

test(
  'Istio: both evaluators agree on every pair, port bound and address bound of random clusters',
  () => {
    expectMeshAgreement(
      {
        name: 'Istio',
        worlds: randomIstio,
        documentsOf: istioDocumentsOf,
        outside: ISTIO_OUTSIDE,
        ports: ISTIO_PORTS,
        naive: naiveIstio,
      },
      RUNS,
    )
  },
  120_000 + RUNS * 500,
)
