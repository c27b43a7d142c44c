import type { Workload } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { Direction } from '../../policy/types'
import { aboutNamespace, type FindingDraft, makeFinding } from '../make-finding'
import type { PolicyView } from './policy-view'

/** NP-11: namespaces with workloads that no policy isolates, one finding for each namespace. */
export function findUnisolated(view: PolicyView): readonly FindingDraft[] {
  return [...view.workloadsByNamespace].flatMap(([namespace, workloads]) => {
    const meta = view.cluster.namespaces.get(namespace)?.meta
    if (meta === undefined) return []
    const open = (direction: Direction): readonly Workload[] => workloads.filter((workload) => isOpen(workload, direction, view))
    const [ingress, egress] = [open('ingress'), open('egress')]
    const words = describe(workloads.length, ingress, egress)
    return words === null ? [] : makeFinding('NP-11', aboutNamespace(meta), { field: null, ...words })
  })
}

function isOpen({ pods }: Workload, direction: Direction, view: PolicyView): boolean {
  return pods.some((pod) => {
    const podClass = view.engine.facts.classes.byPod.get(pod)
    return podClass !== undefined && view.isOpen(podClass, direction)
  })
}

function describe(
  total: number,
  ingress: readonly Workload[],
  egress: readonly Workload[],
): { message: string; evidence: readonly string[] } | null {
  const names = (workloads: readonly Workload[]): readonly string[] => workloads.map(({ ref }) => ref).sort(compareText)
  const all = total === 1 ? 'the only workload' : `any of the ${total} workloads`
  if (ingress.length === total && egress.length === total)
    return { message: `No policy isolates ${all} of the namespace.`, evidence: names(ingress) }
  if (ingress.length === total) return { message: `No policy isolates ${all} of the namespace for ingress.`, evidence: names(ingress) }
  if (ingress.length > 0) {
    return { message: `${someOf(ingress.length, total)} not isolated for ingress.`, evidence: names(ingress) }
  }
  if (egress.length === total)
    return { message: 'The namespace is isolated for ingress only: its pods may connect to everybody.', evidence: [] }
  if (egress.length > 0) {
    return { message: `${someOf(egress.length, total)} not isolated for egress.`, evidence: names(egress) }
  }
  return null
}

function someOf(count: number, total: number): string {
  return `${count} of ${total} workloads of the namespace ${count === 1 ? 'is' : 'are'}`
}
