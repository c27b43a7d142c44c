import type { PolicyEngine } from '../engine'
import { findConnection } from './find-connection'
import type { NaiveMeshClient, NaiveMeshPod, NaiveVerdict } from './naive-mesh'
import type { NaiveEnd } from './naive-network-policy'

/**
 * Compares the engine with a naive evaluator for every client, pod and port: what the connectivity says, and for every
 * seventh question what `evaluate` says. Returns the number of questions; throws at the first difference.
 */
export function agreeOnMesh(
  engine: PolicyEngine,
  pods: readonly NaiveMeshPod[],
  outside: readonly string[],
  ports: readonly number[],
  expect: (from: NaiveMeshClient, to: NaiveMeshPod, port: number) => NaiveVerdict,
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
        const expected = expect(from, to, port)
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
