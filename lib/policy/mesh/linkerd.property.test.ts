import { test } from 'vitest'
import { expectMeshAgreement } from '../testing/mesh-agreement'
import { naiveLinkerd } from '../testing/naive-linkerd'
import { LINKERD_OUTSIDE, LINKERD_PORTS, linkerdDocumentsOf, randomLinkerd } from '../testing/random-linkerd'

// Millions in a longer run: SLUICE_PROPERTY_RUNS=20000 npx vitest run lib/policy/mesh/linkerd.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 550)

test(
  'Linkerd: both evaluators agree on every pair, port bound and address bound of random clusters',
  () => {
    expectMeshAgreement(
      {
        name: 'Linkerd',
        worlds: randomLinkerd,
        documentsOf: linkerdDocumentsOf,
        outside: LINKERD_OUTSIDE,
        ports: LINKERD_PORTS,
        naive: naiveLinkerd,
      },
      RUNS,
    )
  },
  120_000 + RUNS * 500,
)
