import { arrangeColumns } from './layout-columns'
import { type LayoutEdge, mergeEdges } from './layout-edges'
import { boxGaps, type Size } from './layout-size'
import type { BoxMemory, Child, Stack } from './layout-slots'

export type NamespaceShape = {
  readonly inside: BoxMemory
  /** How much of the traffic inside does not run from left to right: 0 for none. */
  readonly edgeCost: number
}

/** More columns of workloads than this are not worth trying side by side. */
const MOST_SHAPES = 4

/** The same namespace with its workloads in one column, in two and so on. */
export function namespaceShapes(children: readonly Child[], edges: readonly LayoutEdge[], podsAsDots: boolean): readonly NamespaceShape[] {
  const units = pairUnits(children, edges)
  const shapes: NamespaceShape[] = []
  for (let count = 1; count <= Math.min(MOST_SHAPES, units.length); count++) {
    const shape = arrangeUnits(units, edges, podsAsDots, [count, count])
    if (shapes.at(-1)?.inside.width !== shape.inside.width) shapes.push(shape)
  }
  return shapes
}

/** Workloads in columns from caller to called, each with the services that lead to it on its left. */
export function arrangeNamespace(children: readonly Child[], edges: readonly LayoutEdge[], podsAsDots: boolean): BoxMemory {
  return arrangeUnits(pairUnits(children, edges), edges, podsAsDots, [1, 12]).inside
}

function arrangeUnits(
  units: readonly Unit[],
  edges: readonly LayoutEdge[],
  podsAsDots: boolean,
  counts: readonly [number, number],
): NamespaceShape {
  const gaps = boxGaps('namespace', podsAsDots)
  const sizes = units.map(unitSize)
  const unitOf = new Map<string, number>()
  units.forEach((unit, i) => {
    for (const child of unit.services) unitOf.set(child.id, i)
    if (unit.workload) unitOf.set(unit.workload.id, i)
  })
  const ranked = mergeEdges(edges, unitOf)
  const { columns, edgeCost } = arrangeColumns(sizes, ranked, { gaps, aspect: 1.5, beside: NOTHING, counts })
  const spare = Math.floor(units.length * RESERVE)
  const stacks: Stack[] = []
  let x = 0
  let height = 0
  columns.forEach((column, c) => {
    const own = column.flatMap((item) => units[item] ?? [])
    const serviceWidth = own.reduce((most, unit) => unit.services.reduce((w, s) => Math.max(w, s.size.width), most), 0)
    const workloadWidth = own.reduce((most, unit) => Math.max(most, unit.workload?.size.width ?? 0), serviceWidth > 0 ? 0 : 1)
    const services: { id: string | null; y: number; height: number }[] = []
    const workloads: { id: string | null; y: number; height: number }[] = []
    let y = 0
    for (const unit of own) {
      const { height: unitHeight } = unitSize(unit)
      const lead = Math.min(unit.workload?.size.height ?? unitHeight, SPARE_HEIGHT)
      let top = y + Math.max(0, (lead - servicesHeight(unit)) / 2)
      for (const service of unit.services) {
        services.push({ id: service.id, y: top, height: service.size.height })
        top += service.size.height + SERVICE_GAP
      }
      if (unit.workload) workloads.push({ id: unit.workload.id, y, height: unit.workload.size.height })
      y += unitHeight + gaps.row
    }
    const free = Math.floor((spare + c) / columns.length)
    for (let i = 0; i < free; i++) {
      workloads.push({ id: null, y, height: SPARE_HEIGHT })
      y += SPARE_HEIGHT + gaps.row
    }
    if (serviceWidth > 0) {
      stacks.push({ lane: 'service', x, width: serviceWidth, gap: SERVICE_GAP, slots: services })
      x += serviceWidth + (workloadWidth > 0 ? UNIT_GAP : 0)
    }
    if (workloadWidth > 1) stacks.push({ lane: 'workload', x, width: workloadWidth, gap: gaps.row, slots: workloads })
    x += workloadWidth + gaps.column
    height = Math.max(height, y - gaps.row)
  })
  return { inside: { stacks, width: Math.max(0, x - gaps.column), height }, edgeCost }
}

const RESERVE = 0.1
/** Height of a workload without pods in view. */
const SPARE_HEIGHT = 40
const NOTHING: Size = { width: 0, height: 0 }
const SERVICE_GAP = 8
const UNIT_GAP = 14

type Unit = { readonly workload: Child | null; readonly services: readonly Child[] }

function pairUnits(children: readonly Child[], edges: readonly LayoutEdge[]): Unit[] {
  const byIdMap = new Map(children.map((child) => [child.id, child]))
  const leadsTo = new Map<string, string>()
  for (const { source, target } of edges) {
    if (byIdMap.get(source)?.lane !== 'service' || byIdMap.get(target)?.lane !== 'workload') continue
    const known = leadsTo.get(source)
    if (known === undefined || target < known) leadsTo.set(source, target)
  }
  const services = new Map<string, Child[]>()
  const units: Unit[] = []
  for (const child of children) {
    if (child.lane !== 'service') continue
    const workload = leadsTo.get(child.id)
    if (workload === undefined) units.push({ workload: null, services: [child] })
    else services.set(workload, [...(services.get(workload) ?? []), child])
  }
  for (const child of children) if (child.lane !== 'service') units.push({ workload: child, services: services.get(child.id) ?? [] })
  return units
}

function servicesHeight(unit: Unit): number {
  return unit.services.reduce((sum, service) => sum + service.size.height + SERVICE_GAP, -SERVICE_GAP)
}

function unitSize(unit: Unit): Size {
  const serviceWidth = unit.services.reduce((most, service) => Math.max(most, service.size.width), 0)
  const between = serviceWidth > 0 && unit.workload ? UNIT_GAP : 0
  return {
    width: serviceWidth + between + (unit.workload?.size.width ?? 0),
    height: Math.max(unit.workload?.size.height ?? 0, servicesHeight(unit)),
  }
}
