import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FlowProtocol, PROTOCOLS } from '../../model/protocol'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies, type PolicyEngine } from '../engine'
import { calicoDocumentsOf } from '../testing/calico-documents'
import { addressPairs, type CalicoEnd, calicoEndName } from '../testing/calico-ends'
import { findConnection } from '../testing/find-connection'
import { naiveCalicoAllows } from '../testing/naive-calico'
import type { CalicoPacket, CalicoWorld } from '../testing/naive-calico-world'
import { randomCalicoWorld } from '../testing/random-calico'

// Millions in a longer run: SLUICE_PROPERTY_RUNS=5000 npx vitest run lib/policy/calico/calico.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 250)

/** Every bound of the random CIDRs from both sides, as far as no pod has the address. */
const OUTSIDE: readonly CalicoEnd[] = [
  ...['9.255.255.255', '10.0.0.0', '10.0.0.9', '11.0.0.0', '192.0.2.1', '192.0.2.127', '192.0.2.128', 'fd00::', 'fd00::9'],
].map((ip) => ({ kind: 'outside', ips: [ip] }))
const PORTS: Readonly<Record<'TCP' | 'UDP' | 'SCTP', readonly number[]>> = {
  TCP: [1, 52, 53, 54, 79, 80, 81, 8080, 8081, 65535],
  UDP: [52, 53, 54, 79, 80, 81, 8080, 8081],
  SCTP: [53, 80],
}
/** Rules ask for source port 80, or all but none. */
const SOURCE_PORTS: readonly number[] = [80, 40_000]

/** What becomes of the connection over one family, for each of the source ports. */
function naiveVerdicts(world: CalicoWorld, from: CalicoEnd, to: CalicoEnd, packet: Omit<CalicoPacket, 'sourcePort'>): ReadonlySet<boolean> {
  return new Set(
    (looksAtSourcePorts(world) ? SOURCE_PORTS : [80]).map((sourcePort) => {
      const whole = { ...packet, sourcePort }
      return (
        (from.kind !== 'pod' || naiveCalicoAllows(world, from, 'egress', whole)) &&
        (to.kind !== 'pod' || naiveCalicoAllows(world, to, 'ingress', whole))
      )
    }),
  )
}

/** Rules about source ports may leave it open; otherwise there is one answer. */
function looksAtSourcePorts({ policies }: CalicoWorld): boolean {
  return policies.some(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])].some(({ source }) => source?.ports !== undefined))
}

function checkEvaluate(
  engine: PolicyEngine,
  from: CalicoEnd,
  to: CalicoEnd,
  verdicts: readonly ReadonlySet<boolean>[],
  packet: { protocol: FlowProtocol; port: number },
): void {
  const { verdict, parts } = engine.evaluate({ from: calicoEndName(from), to: calicoEndName(to), ...packet })
  const answers = parts === null ? verdicts.map(() => verdict) : parts.map((part) => part.answer.verdict)
  verdicts.forEach((possible, index) => {
    const answer = answers[index]
    const isRight = answer === 'unknown' ? true : possible.size === 1 && possible.has(answer === 'allowed')
    if (!isRight) throw new Error(`evaluate differs: ${calicoEndName(from)} ${calicoEndName(to)} ${JSON.stringify(packet)} is ${answers}`)
  })
}

test('Calico agrees with a naive second evaluator on every pair, port bound and address bound', () => {
  let decisions = 0
  let clusters = 0
  fc.assert(
    fc.property(randomCalicoWorld, (world) => {
      const engine = compilePolicies(aCluster(calicoDocumentsOf(world)), { profile: 'calico' })
      expect(engine.problems).toEqual([])
      const connectivity = engine.connectivity('pod')
      const mayBeOpen = looksAtSourcePorts(world)
      if (!mayBeOpen) expect(connectivity.unknown).toEqual([])
      clusters++
      if (clusters % 4 === 0) {
        // Each pod here is a workload of its own, so that both levels say the same, outside ranges too.
        const bare = (name: string): string => name.replace('[Pod]', '')
        const workloads = engine.connectivity('workload').connections.map((row) => ({ ...row, src: bare(row.src), dst: bare(row.dst) }))
        expect(workloads).toEqual(connectivity.connections)
      }
      const isConnected = findConnection(connectivity)
      const isUnknown = findConnection({ ...connectivity, connections: connectivity.unknown })
      const taken = new Set(world.pods.flatMap((pod) => pod.ips))
      const ends: readonly CalicoEnd[] = [...world.pods, ...OUTSIDE.filter(({ ips }) => ips.every((ip) => !taken.has(ip)))]
      for (const from of ends) {
        for (const to of ends) {
          const pairs = addressPairs(from, to)
          if (from === to || pairs.length === 0 || (from.kind === 'outside' && to.kind === 'outside')) continue
          const [lookFrom, lookTo] = [from, to].map((end) => ({
            ...(end.kind === 'pod' ? end : { kind: 'address' as const }),
            ip: end.ips[0] ?? '',
          }))
          if (lookFrom === undefined || lookTo === undefined) throw new Error('a pair has two ends')
          for (const protocol of PROTOCOLS) {
            for (const port of PORTS[protocol]) {
              const verdicts = pairs.map(([source, destination]) => naiveVerdicts(world, from, to, { source, destination, protocol, port }))
              const connected = isConnected(lookFrom, lookTo, protocol, port)
              const surely = verdicts.some((possible) => possible.size === 1 && possible.has(true))
              const never = verdicts.every((possible) => possible.size === 1 && possible.has(false))
              const place = `${calicoEndName(from)} ${calicoEndName(to)} ${protocol} ${port}`
              if (!isUnknown(lookFrom, lookTo, protocol, port) && connected !== surely) throw new Error(`connectivity differs: ${place}`)
              if (connected && never) throw new Error(`connectivity allows: ${place}`)
              decisions += pairs.length
              if (decisions % 7 === 0) checkEvaluate(engine, from, to, verdicts, { protocol, port })
            }
          }
          const icmp = pairs.map(([source, destination]) =>
            naiveVerdicts(world, from, to, { source, destination, protocol: 'ICMP', port: 0 }),
          )
          checkEvaluate(engine, from, to, icmp, { protocol: 'ICMP', port: 0 })
          decisions += pairs.length
        }
      }
    }),
    { numRuns: RUNS },
  )
  expect(decisions).toBeGreaterThan(RUNS * 750)
  process.stdout.write(`Calico: ${decisions} random decisions agree\n`)
}, 900_000)
