import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies } from '../engine'
import { addressPairs, type CalicoEnd, calicoEndName } from '../testing/calico-ends'
import { findConnection } from '../testing/find-connection'
import { naiveCalicoAllows } from '../testing/naive-calico'
import { naiveHostAllows } from '../testing/naive-calico-hosts'
import type { CalicoPacket } from '../testing/naive-calico-world'
import { type HostWorld, MACHINES, nodeOfPod, randomHostWorld } from '../testing/random-hosts'

// Millions in a longer run: SLUICE_PROPERTY_RUNS=5000 npx vitest run lib/policy/calico/host-endpoint.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 40)

const OUTSIDE = ['192.0.2.1', '10.0.0.9', 'fd00::9'].map((ip): CalicoEnd => ({ kind: 'outside', ips: [ip] }))
const ASKED = [
  ['TCP', 22],
  ['TCP', 53],
  ['TCP', 80],
  ['TCP', 6443],
  ['UDP', 53],
  ['UDP', 8080],
] as const

/** The machine that an end is or stands on; null outside. */
function machineOf({ world }: HostWorld, end: CalicoEnd): string | null {
  if (end.kind === 'pod') return nodeOfPod(world.pods.indexOf(end))
  return MACHINES.find(({ ip }) => end.ips.includes(ip))?.node ?? null
}

function expected(whole: HostWorld, from: CalicoEnd, to: CalicoEnd, packet: CalicoPacket): boolean {
  const { world, hosts } = whole
  const crosses = machineOf(whole, from) === null || machineOf(whole, from) !== machineOf(whole, to)
  const side = (end: CalicoEnd, other: CalicoEnd, direction: 'ingress' | 'egress'): boolean => {
    const machine = machineOf(whole, end)
    const host = hosts.find(({ node }) => node === machine)
    if (machine === null) return true
    const isOwnMachine = other.kind === 'outside' && !crosses
    if (end.kind === 'pod' && direction === 'ingress' && isOwnMachine) return true
    const chain = end.kind === 'pod' ? 'forwarded' : 'local'
    const isLetThrough = !crosses || host === undefined || naiveHostAllows(world, host, chain, direction, packet)
    return isLetThrough && (end.kind !== 'pod' || naiveCalicoAllows(world, end, direction, packet))
  }
  return side(from, to, 'egress') && side(to, from, 'ingress')
}

test('machines with host endpoints agree with a naive second evaluator', () => {
  let decisions = 0
  fc.assert(
    fc.property(randomHostWorld, (whole) => {
      const engine = compilePolicies(aCluster(whole.documents), { profile: 'calico' })
      expect(engine.problems).toEqual([])
      const isConnected = findConnection(engine.connectivity('pod'))
      const hasSourcePorts = whole.world.policies.some(({ spec }) =>
        [...(spec.ingress ?? []), ...(spec.egress ?? [])].some(({ source }) => source?.ports !== undefined),
      )
      if (hasSourcePorts) return
      const ends = [...whole.world.pods, ...MACHINES.map(({ ip }): CalicoEnd => ({ kind: 'outside', ips: [ip] })), ...OUTSIDE]
      for (const from of ends) {
        for (const to of ends) {
          const pairs = addressPairs(from, to)
          const bothOutside = machineOf(whole, from) === null && machineOf(whole, to) === null
          if (from === to || pairs.length === 0 || bothOutside) continue
          for (const [protocol, port] of ASKED) {
            const allowed = pairs.map(([source, destination]) =>
              expected(whole, from, to, { source, destination, protocol, port, sourcePort: 40_000 }),
            )
            const verdict = allowed.every((one) => one) ? 'allowed' : allowed.some((one) => one) ? 'partial' : 'denied'
            const place = `${calicoEndName(from)} ${calicoEndName(to)} ${protocol} ${port}`
            const answer = engine.evaluate({ from: calicoEndName(from), to: calicoEndName(to), protocol, port })
            if (answer.verdict !== verdict) throw new Error(`evaluate differs: ${place} is ${answer.verdict}`)
            decisions += pairs.length
            const isMachine = [from, to].some((end) => end.kind === 'outside' && machineOf(whole, end) !== null)
            if (isMachine) continue
            const [a, b] = [from, to].map((end) => ({ ...(end.kind === 'pod' ? end : { kind: 'address' as const }), ip: end.ips[0] ?? '' }))
            if (a === undefined || b === undefined) throw new Error('a pair has two ends')
            if (isConnected(a, b, protocol, port) !== (verdict !== 'denied')) throw new Error(`connectivity differs: ${place}`)
          }
        }
      }
    }),
    { numRuns: RUNS },
  )
  expect(decisions).toBeGreaterThan(RUNS * 100)
  process.stdout.write(`Calico host endpoints: ${decisions} random decisions agree\n`)
}, 900_000)
