import type { Protocol } from '../../model/protocol'
import type { ConnectionSetId } from '../../policy/connection-sets'
import type { PodClass } from '../../policy/pod-classes'
import type { Direction } from '../../policy/types'
import { decideCell } from './decide-cell'
import { isPlain } from './judged-rules'
import { mayBeUnseen } from './peer-scope'
import type { PolicyView } from './policy-view'

export type PortOfPod = { readonly protocol: Protocol; readonly port: number }

/** Whether the policies of a class let, or may let, anybody through on one of the ports. True for a class that nothing isolates. */
export function admitsAnybody(podClass: PodClass, direction: Direction, ports: readonly PortOfPod[], view: PolicyView): boolean {
  const group = view.cells.groupOf(podClass, direction)
  if (group === null || view.isolating(podClass, direction).length === 0) return true
  const wanted = portSet(ports, view)
  const { sets } = view.engine.facts.evaluation
  const asked = new Set<number>()
  for (const policy of group.policies) {
    for (const rule of policy[direction].rules) {
      if (rule.action === 'deny') continue
      const mayMatchPorts = rule.ports.names.length > 0 || sets.intersect(rule.ports.set, wanted) !== sets.none
      if (!mayMatchPorts) continue
      const viewed = view.viewedOf(policy)
      // Names, machines and entities are nobody's column; pods that the input does not show have none either.
      if (!isPlain(rule) || viewed === null || mayBeUnseen(viewed, rule, view)) return true
      for (const column of view.cells.columnsMatching(rule)) {
        if (asked.has(column)) continue
        asked.add(column)
        if (cellAdmits(podClass, direction, column, wanted, view)) return true
      }
    }
  }
  return false
}

/** Whether the policies of one side let, or may let, the other side through on one of the ports. */
export function admits(podClass: PodClass, direction: Direction, other: PodClass, ports: readonly PortOfPod[], view: PolicyView): boolean {
  const wanted = portSet(ports, view)
  return view.cells.columnsOf(other).some((column) => cellAdmits(podClass, direction, column, wanted, view))
}

export function cellAdmits(podClass: PodClass, direction: Direction, column: number, wanted: ConnectionSetId, view: PolicyView): boolean {
  const group = view.cells.groupOf(podClass, direction)
  if (group === null) return true
  const { sets } = view.engine.facts.evaluation
  const outcome = decideCell({ cells: view.cells, sets, group, column, without: new Set(), onRule: null })
  return sets.intersect(wanted, sets.union(outcome.allowed, outcome.unknown)) !== sets.none
}

export function portSet(ports: readonly PortOfPod[], { engine }: PolicyView): ConnectionSetId {
  const { sets } = engine.facts.evaluation
  return ports.reduce((set, { protocol, port }) => sets.union(set, sets.range(protocol, port, port)), sets.none)
}
