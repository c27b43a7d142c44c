import type { Pod } from '../../model/cluster'
import type { ClusterView } from '../cluster-view'
import { aboutWorkload, type FindingDraft, makeFinding } from '../make-finding'

/** Ambient traffic between pods travels here, whatever port it is for. */
const TUNNEL_PORT = 15008
/** Where the checks of the kubelet seem to come from in an ambient pod. Source: istio.io, ambient and NetworkPolicy. */
const PROBE_ADDRESS = '169.254.7.127'

/** MS-03: ambient pods whose policies let in neither the tunnel, nor the checks of the machine. */
export function* findClosedTunnels(view: ClusterView): Iterable<FindingDraft | null> {
  const { engine } = view
  for (const workload of view.workloads) {
    yield null
    const [pod] = view.podsOf(workload)
    if (pod === undefined || pod.hostNetwork) continue
    const { mesh } = engine.facts.evaluation.mesh.podOf(pod)
    if (mesh.mesh !== 'istio' || mesh.dataplane !== 'ambient' || mesh.isMember !== 'yes') continue
    const isolating = engine.isolation(pod.ref).ingress
    if (isolating.length === 0) continue
    const about = aboutWorkload(workload.namespace, workload.name, workload.kind, workload.meta)
    const closed = closedTunnel(view, pod)
    if (closed !== null) {
      yield makeFinding('MS-03', about, {
        field: null,
        message: `The policies let in ${closed} and not TCP ${TUNNEL_PORT}, on which all traffic of the ambient mesh arrives.`,
        evidence: [mesh.evidence, ...isolating],
      })
    }
    const probe = refusedProbe(view, pod)
    if (probe === null) continue
    yield makeFinding('MS-03', about, {
      field: null,
      message: `The policies refuse the checks of the kubelet on port ${probe}, which come from ${PROBE_ADDRESS} in an ambient pod.`,
      why: 'The pod is never ready, or is started again and again, because its checks fail.',
      fix: `Allow ingress from ${PROBE_ADDRESS}/32.`,
      evidence: [mesh.evidence, ...isolating],
    })
  }
}

/** Ports that some rule lets in while none lets the tunnel in, in words; null when the tunnel is open or nothing is. */
function closedTunnel({ engine }: ClusterView, pod: Pod): string | null {
  const { classes, evaluation } = engine.facts
  const podClass = classes.byPod.get(pod.ref)
  if (podClass === undefined) return null
  const allowing = evaluation.index
    .tiersFor(podClass, 'ingress')
    .flatMap(({ policies }) => policies.flatMap((policy) => policy.ingress.rules.filter(({ action }) => action === 'allow')))
  const { sets } = evaluation
  const open = sets.unionAll(allowing.map(({ ports }) => ports.set))
  if (sets.has(open, 'TCP', TUNNEL_PORT)) return null
  const numbers = sets.ranges(open, 'TCP').map(([low, high]) => (low === high ? `TCP ${low}` : `TCP ${low}-${high}`))
  const names = allowing.flatMap(({ ports }) =>
    ports.names.flatMap(({ name, protocol }) => (protocol === null || protocol === 'TCP' ? [`port ${name}`] : [])),
  )
  const all = [...new Set([...numbers, ...names])]
  return all.length === 0 ? null : all.slice(0, 5).join(', ')
}

/** The first port of a check that is refused. */
function refusedProbe({ engine }: ClusterView, pod: Pod): number | null {
  for (const { probes, ports } of pod.containers) {
    for (const { port } of probes) {
      const number = typeof port === 'number' ? port : ports.find(({ name }) => name === port)?.port
      if (number === undefined) continue
      const answer = engine.evaluate({ from: `ip:${PROBE_ADDRESS}`, to: pod.ref, port: number, protocol: 'TCP' })
      if (answer.ingress.verdict === 'denied') return number
    }
  }
  return null
}
