import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { formatAddressRange } from '../address-set'
import { compilePolicies, type PolicyEngine } from '../engine'
import { clusterDocumentsOf, clusterPolicies, documentsOf, randomCluster } from '../testing/random-clusters'
import { MACHINES, randomHostWorld } from '../testing/random-hosts'
import type { ConnectionSet } from '../types'

// More in a longer run: SLUICE_PROPERTY_RUNS=2000 npx vitest run lib/policy/connectivity/views.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 40)

type Row = { readonly src: string; readonly dst: string; readonly conns: ConnectionSet }

/** Rows as texts, sorted; those without connections are no rows. */
function written(rows: Iterable<Row>): readonly string[] {
  const kept = [...rows].filter(({ conns }) => conns !== 'none')
  return kept.map(({ src, dst, conns }) => `${src} ${dst} ${JSON.stringify(conns)}`).sort()
}

function expectOneStory(engine: PolicyEngine): void {
  for (const level of ['pod', 'workload'] as const) {
    const found = engine.connectivity(level)
    expect([...found.rows()]).toEqual(found.connections)
    expect([...found.unknownRows()]).toEqual(found.unknown)
    for (const rows of [found.connections, found.unknown]) expectBySource(rows)

    const pairs = [...found.cells()].flatMap(({ src, dst, ...cell }) =>
      src.flatMap((from) => dst.flatMap((to) => (from === to ? [] : [{ src: from, dst: to, ...cell }]))),
    )
    const outside = [...found.outside()].flatMap(({ ends, direction, family, range, ...cell }) => {
      const name = `ip:${formatAddressRange(family, range)}`
      return ends.map((end) => (direction === 'ingress' ? { src: name, dst: end, ...cell } : { src: end, dst: name, ...cell }))
    })
    const all = [...pairs, ...outside]
    expect(written(all)).toEqual(written(found.connections))
    expect(written(all.map((row) => ({ ...row, conns: row.unknown })))).toEqual(written(found.unknown))

    const ends = found.groups.flat()
    expect([...ends].sort()).toEqual([...found.ends].sort())
    const asked = ends.flatMap((src) => ends.map((dst) => ({ src, dst, conns: found.between(src, dst) })))
    expect(written(asked)).toEqual(written(pairs))
  }
}

/** Who sorts them holds the rows of one source at a time. */
function expectBySource(rows: readonly Row[]): void {
  const sources = rows.map(({ src }) => src).filter((src) => !src.startsWith('ip:'))
  expect(sources).toEqual([...sources].sort())
}

test('every view of the connectivity tells the same', () => {
  fc.assert(
    fc.property(randomCluster, clusterPolicies, (cluster, wide) => {
      expectOneStory(compilePolicies(aCluster([...documentsOf(cluster), ...clusterDocumentsOf(wide)]), { profile: 'kubernetes' }))
    }),
    { numRuns: RUNS },
  )
}, 300_000)

/** More endpoints of the machines: one that cannot be read, and one of an interface of which the addresses are not known. */
const moreHosts = fc.subarray(
  MACHINES.flatMap(({ node }) => [
    { name: `unreadable-${node}`, spec: { node, interfaceName: '*', expectedIPs: ['no address'] } },
    { name: `second-${node}`, spec: { node, interfaceName: 'eth1' } },
  ]),
)

test('so does every view with policies on the machines', () => {
  let unknown = 0
  fc.assert(
    fc.property(randomHostWorld, moreHosts, ({ documents }, more) => {
      const endpoints = more.map(({ name, spec }) => {
        return { apiVersion: 'projectcalico.org/v3', kind: 'HostEndpoint', metadata: { name, labels: { app: 'web' } }, spec }
      })
      const engine = compilePolicies(aCluster([...documents, ...endpoints]), { profile: 'calico' })
      expectOneStory(engine)
      if (engine.connectivity('pod').unknown.length > 0) unknown++
    }),
    { numRuns: RUNS },
  )
  expect(unknown).toBeGreaterThan(0)
}, 300_000)
