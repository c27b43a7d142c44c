import { compareText } from '../../model/compare-text'
import type { Door } from '../../model/door'
import type { WorkloadRef } from '../../model/names'
import { resolveDoors } from '../../model/resolve-doors'
import { serviceEndpoints } from '../../model/service-endpoints'
import type { PodClass } from '../../policy/pod-classes'
import { aboutDoor } from '../exposure/about-door'
import { type FindingDraft, makeFinding } from '../make-finding'
import { admits, cellAdmits, type PortOfPod, portSet } from './admission'
import { controllersOf } from './entry-controllers'
import { isPlain } from './judged-rules'
import type { PolicyView } from './policy-view'

/** What a door leads to: one class of pods of one workload, and the ports that they see. */
type Target = { readonly workload: WorkloadRef; readonly podClass: PodClass; readonly ports: PortOfPod[] }

/** NP-13: a door leads to isolated pods whose policies do not let in what comes through it. */
export function findEntryBlocked(view: PolicyView): readonly FindingDraft[] {
  return resolveDoors(view.cluster).flatMap((door) => {
    const about = aboutDoor(door)
    if (about === null) return []
    const isProxied = door.kind === 'Ingress' || door.kind === 'Gateway'
    const controllers = isProxied ? controllersOf(door, view.cluster) : []
    if (isProxied && controllers.length === 0) return []
    const pods = controllers.flatMap((workload) => workload.pods)
    const classes = [...new Set(pods.flatMap((pod) => view.engine.facts.classes.byPod.get(pod) ?? []))]
    // A controller on the network of its node comes from the node.
    const comesFromOutside = classes.length === 0
    const blocked = targetsOf(door, view).filter(({ podClass, ports }) => {
      if (view.isolating(podClass, 'ingress').length === 0) return false
      return comesFromOutside
        ? !admitsOutside(podClass, ports, view)
        : !classes.some((from) => admits(podClass, 'ingress', from, ports, view))
    })
    if (blocked.length === 0) return []
    const from = comesFromOutside
      ? 'outside addresses'
      : `the pods of ${controllers
          .map(({ ref }) => ref)
          .sort(compareText)
          .join(', ')}`
    return makeFinding('NP-13', about, {
      field: null,
      message: `The way in is blocked: the policies of ${[...new Set(blocked.map(({ workload }) => workload))].sort(compareText).join(', ')} do not let in ${from}.`,
      evidence: blocked.flatMap(({ workload, podClass, ports }) => [
        `${workload} is reached on ${ports.map(({ protocol, port }) => `${protocol} ${port}`).join(', ')}`,
        ...view.isolating(podClass, 'ingress').map(({ ref }) => `${ref} isolates it`),
      ]),
    })
  })
}

function targetsOf(door: Door, view: PolicyView): readonly Target[] {
  const targets = new Map<string, Target>()
  for (const target of door.targets) {
    const service = target.kind === 'service' ? view.cluster.services.get(target.service) : undefined
    if (target.kind !== 'service' || service === undefined || target.weight === 0) continue
    for (const { pod, ports } of serviceEndpoints(view.cluster, service)) {
      const podClass = pod === null ? undefined : view.engine.facts.classes.byPod.get(pod)
      const workload = pod === null ? undefined : view.cluster.pods.get(pod)?.workload
      if (podClass === undefined || workload === undefined) continue
      const key = `${workload} ${podClass.id}`
      const known = targets.get(key) ?? { workload, podClass, ports: [] }
      targets.set(key, known)
      for (const { servicePort, port } of ports) {
        const { protocol } = servicePort
        const isNew = !known.ports.some((other) => other.port === port && other.protocol === protocol)
        if (servicePort.port === target.port && port !== null && isNew) known.ports.push({ protocol, port })
      }
    }
  }
  return [...targets.values()].filter(({ ports }) => ports.length > 0)
}

/** Whether some outside address or machine is let in, or may be. */
function admitsOutside(podClass: PodClass, ports: readonly PortOfPod[], view: PolicyView): boolean {
  const wanted = portSet(ports, view)
  const group = view.cells.groupOf(podClass, 'ingress')
  const rules = group?.policies.flatMap((policy) => policy.ingress.rules) ?? []
  // Machines, names and entities are nobody's column.
  if (rules.some((rule) => rule.action === 'allow' && !isPlain(rule))) return true
  return view.cells.columns.some(({ podClass: pod }, column) => pod === null && cellAdmits(podClass, 'ingress', column, wanted, view))
}
