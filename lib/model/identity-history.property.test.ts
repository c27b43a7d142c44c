import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cluster } from './cluster'
import { buildIdentity, type Identity } from './identity'
import { IdentityHistory } from './identity-history'
import { aCluster, aLaterCluster } from './testing/a-cluster'
import { aNode, aPod, aService } from './testing/objects'

const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 200)
const ADDRESSES = ['10.0.0.1', '10.0.0.2', 'fd00::1', '192.168.0.1', '192.168.0.2', '10.96.0.1', '203.0.113.5', '8.8.8.8', '127.0.0.1']
const PORTS = [null, 80, 9100, 30_080]

const address = fc.constantFrom(...ADDRESSES)
const name = fc.constantFrom('a', 'b', 'c')
const port = fc.constantFrom(80, 9100)
const object = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({
        name,
        ips: fc.uniqueArray(address, { maxLength: 2 }),
        hostNetwork: fc.boolean(),
        node: fc.option(fc.constantFrom('n1', 'n2'), { nil: undefined }),
        hostIp: fc.option(address, { nil: undefined }),
        phase: fc.constantFrom('Running', 'Running', 'Succeeded'),
        port: fc.record({ containerPort: port, hostPort: fc.option(port, { nil: undefined }) }, { requiredKeys: ['containerPort'] }),
        uid: fc.constantFrom('u1', 'u2'),
      })
      .map(({ node, hostIp, port: own, uid, ...pod }) => {
        const made = aPod({
          ...pod,
          ports: [own.hostPort === undefined ? { containerPort: own.containerPort } : { ...own, hostPort: own.hostPort }],
          ...(node === undefined ? {} : { node }),
          ...(hostIp === undefined ? {} : { hostIp }),
        }) as { metadata: object }
        return { ...made, metadata: { ...made.metadata, uid } }
      }),
  },
  fc
    .record({ name, type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'), clusterIp: address, door: fc.option(address) })
    .map(({ door, ...service }) =>
      aService({ ...service, ports: [{ port: 80, nodePort: 30_080 }], ...(door === null ? {} : { loadBalancerIps: [door] }) }),
    ),
  fc.record({ name: fc.constantFrom('n1', 'n2'), ip: address }).map(aNode),
)

/** Everything that is said of the addresses; the order of candidates says nothing. */
function said(identity: Identity, cluster: Cluster): unknown {
  const answers = ADDRESSES.flatMap((ip) =>
    PORTS.map((at) => {
      const match = identity.byAddress(ip, at, 'TCP')
      return match.kind === 'uncertain' ? [ip, at, match.candidates.map((candidate) => JSON.stringify(candidate)).sort()] : [ip, at, match]
    }),
  )
  return [answers, [...cluster.pods.keys()].map((pod) => identity.workloadOf(pod))]
}

test('whatever came and went, what is held now is what the cluster of now says', () => {
  fc.assert(
    fc.property(fc.array(fc.array(object, { maxLength: 6 }), { minLength: 1, maxLength: 6 }), (states) => {
      const history = new IdentityHistory({ keptMs: 5_000, limit: 4 })
      let cluster = aCluster([], { isPlaced: false })
      for (const [index, objects] of states.entries()) {
        cluster = aLaterCluster(cluster, objects, { isPlaced: false })
        history.follow(cluster, index * 1_000)
        expect(said(history.current, cluster)).toEqual(said(buildIdentity(cluster), cluster))
      }
    }),
    { numRuns: RUNS },
  )
}, 60_000)

test('a moment between two readings has the names of the earlier one, and what is settled has those of now', () => {
  fc.assert(
    fc.property(fc.array(fc.array(object, { maxLength: 6 }), { minLength: 2, maxLength: 6 }), (states) => {
      const history = new IdentityHistory({ keptMs: 1_000_000, limit: 1_000 })
      const clusters = states.map((objects) => aCluster(objects))
      for (const [index, cluster] of clusters.entries()) history.follow(cluster, index * 1_000)
      for (const [index, cluster] of clusters.entries()) {
        const time = index * 1_000 + 500
        const then = history.between(time, time)
        for (const ip of ADDRESSES) {
          // Machines that only pods tell, and ranges, are those of now.
          if (cluster.nodes.size === 0) continue
          const pods = [...cluster.pods.values()].filter((pod) => !pod.hostNetwork && pod.phase === 'Running' && pod.ips.includes(ip))
          const match = then.byAddress(ip, null)
          const candidates = match.kind === 'certain' ? [match.candidate] : match.kind === 'uncertain' ? match.candidates : []
          if (pods.length > 0) expect(candidates.map((one) => 'pod' in one && one.pod).sort()).toEqual(pods.map(({ ref }) => ref).sort())
          else expect(candidates.filter((one) => one.kind === 'pod' && one.by === 'pod-address')).toEqual([])
          if (history.isSettled(ip, null, time)) expect(match).toEqual(history.current.byAddress(ip, null))
        }
      }
    }),
    { numRuns: RUNS },
  )
}, 60_000)
