import { parseAddress } from '../../model/address'
import { addressScope } from '../../model/address-scope'
import type { Pod } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { ClusterView } from '../cluster-view'
import { aboutNode, aboutService, type FindingDraft, makeFinding } from '../make-finding'

/** SV-10: ports of machines that are opened twice, clash, or can be reached from anywhere. */
export function* findOpenedTwice(view: ClusterView): Iterable<FindingDraft | null> {
  if (!view.isRead('/Pod')) return
  const publicNodes = nodesWithPublicAddress(view)
  for (const facts of view.services) {
    yield null
    const { service } = facts
    if (service.type !== 'NodePort') continue
    const ports = service.ports.flatMap(({ nodePort }) => nodePort ?? []).join(', ')
    const onHost = facts.live.filter((pod) => pod.hostNetwork)
    if (onHost.length > 0) {
      yield makeFinding('SV-10', aboutService(service.meta), {
        field: ['spec', 'type'],
        value: service.type,
        message: 'A node port leads to pods on the network of their machine, which can be reached there already.',
        evidence: [...new Set(onHost.map(({ workload }) => `${workload} has hostNetwork: true`))],
      })
    }
    if (publicNodes.length > 0 && facts.endpoints.length > 0) {
      yield makeFinding('SV-10', aboutService(service.meta), {
        field: ['spec', 'type'],
        value: service.type,
        message: `Node port ${ports || '(not assigned yet)'} can be reached at public addresses of machines.`,
        why: 'Node ports are open on every address of every machine, past the entry that is meant for the outside.',
        fix: 'Make it a ClusterIP Service behind an entry, or keep the node ports from the public addresses with a firewall.',
        evidence: publicNodes,
      })
    }
  }
  yield* findClashes(view)
}

function nodesWithPublicAddress({ cluster }: ClusterView): readonly string[] {
  return [...cluster.nodes.values()]
    .flatMap(({ name, addresses }) =>
      addresses.flatMap(({ address }) => {
        const parsed = parseAddress(address)
        return parsed !== null && addressScope(parsed) === 'public' ? [`${name} has ${address}`] : []
      }),
    )
    .sort(compareText)
}

/** Pods of one machine that want the same port of it. */
function* findClashes({ cluster }: ClusterView): Iterable<FindingDraft | null> {
  const holders = new Map<string, Map<string, Pod[]>>()
  for (const pod of cluster.pods.values()) {
    if (pod.nodeName === null || pod.isImplied || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
    for (const { kind, ports } of pod.containers) {
      if (kind === 'init') continue
      for (const { port, hostPort, protocol } of ports) {
        const open = hostPort ?? (pod.hostNetwork ? port : null)
        if (open === null) continue
        const byPort = holders.get(pod.nodeName) ?? new Map<string, Pod[]>()
        holders.set(pod.nodeName, byPort)
        const pods = byPort.get(`${protocol} ${open}`) ?? []
        byPort.set(`${protocol} ${open}`, pods)
        if (pods.at(-1) !== pod) pods.push(pod)
      }
    }
  }
  yield null
  for (const [name, byPort] of holders) {
    const node = cluster.nodes.get(name)
    const clashes = [...byPort].filter(([, pods]) => pods.length > 1)
    if (node === undefined || clashes.length === 0) continue
    yield makeFinding('SV-10', aboutNode(node), {
      field: null,
      message: `Several pods of the machine want ${clashes
        .map(([port]) => port)
        .sort(compareText)
        .join(', ')} of its network.`,
      why: 'Only one of them can listen there; the others do not start, or answer in its place.',
      fix: 'Give the pods different host ports, or spread them over machines.',
      evidence: clashes
        .map(
          ([port, pods]) =>
            `${port}: ${pods
              .map(({ ref }) => ref)
              .sort(compareText)
              .join(', ')}`,
        )
        .sort(compareText),
    })
  }
}
