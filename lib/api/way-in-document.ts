import type { Cluster } from '../model/cluster'
import { type Door, type DoorProblem, type DoorTarget, leadsNowhere } from '../model/door'
import type { Origin } from '../model/object'
import { type Bounded, bounded } from './bounded'
import type { Document } from './documents'

const MAX_ROUTES = 500
const MAX_PROBLEMS = 50

/** A problem of a way in or out, with the field it stands in. */
export type WayProblem = {
  readonly severity: DoorProblem['severity']
  readonly message: string
  /** True when we concluded it: no controller has said so. */
  readonly predicted: boolean
  /** `KIND NS/NAME` of the object that says it; null where no single one does. */
  readonly object: string | null
}

/** One rule of a way in: what it matches, and where it ends. */
export type WayRoute = {
  readonly host: string | null
  readonly path: string | null
  readonly tls: boolean
  /** `KIND:NS/NAME` of the object in between that says it; null for the door's own rule. */
  readonly route: string | null
  readonly weight: number
  readonly role: 'backend' | 'mirror' | 'fallback' | 'canary'
  readonly note: string
  readonly works: boolean
  /** What it ends at: `ref` names a node of the map, null where there is none. */
  readonly to: { readonly ref: string | null; readonly text: string; readonly port: number | null }
}

/** `GET /api/v1/entries/{ref}` */
export type WayInDocument = Document<'WayIn'> & {
  readonly ref: string
  readonly doorKind: Door['kind']
  readonly namespace: string
  readonly name: string
  readonly className: string | null
  readonly addresses: readonly string[]
  readonly ports: Door['ports']
  readonly hosts: readonly string[]
  readonly facts: Door['facts']
  readonly standing: Door['standing']
  readonly leadsNowhere: boolean
  readonly routes: Bounded<WayRoute>
  readonly problems: Bounded<WayProblem>
  readonly origin: Origin | null
}

/** Everything about one way in that its panel shows. */
export function wayInDocument(door: Door, cluster: Cluster): WayInDocument {
  const { id, kind, namespace, name, className, addresses, ports, hosts, facts, standing, targets, problems, meta } = door
  return {
    apiVersion: 'sluice/v1',
    kind: 'WayIn',
    ref: id,
    doorKind: kind,
    namespace,
    name,
    className,
    addresses,
    ports,
    hosts,
    facts,
    standing,
    leadsNowhere: leadsNowhere(door),
    routes: bounded(
      targets.map((target) => wayRoute(target, cluster)),
      MAX_ROUTES,
    ),
    problems: bounded(problems.map(wayProblem), MAX_PROBLEMS),
    origin: meta?.origin ?? null,
  }
}

export function wayProblem({ severity, message, predicted, at }: DoorProblem): WayProblem {
  const object = at === null ? null : `${at.meta.kind} ${at.meta.namespace === null ? '' : `${at.meta.namespace}/`}${at.meta.name}`
  return { severity, message, predicted, object }
}

function wayRoute(target: DoorTarget, cluster: Cluster): WayRoute {
  if (target.kind === 'workload') {
    const { workload, port } = target
    const rule = { host: null, path: null, tls: false, route: null, weight: 1, role: 'backend', note: '', works: true } as const
    return { ...rule, to: { ref: workload, text: workload, port } }
  }
  const { host, path, tls, route, weight, role, note, works } = target
  return { host, path, tls, route, weight, role, note, works, to: endOf(target, cluster) }
}

function endOf(target: Exclude<DoorTarget, { readonly kind: 'workload' }>, cluster: Cluster): WayRoute['to'] {
  switch (target.kind) {
    case 'service':
      return {
        ref: cluster.services.has(target.service) ? target.service : null,
        text: target.service.slice('svc:'.length),
        port: target.port,
      }
    case 'external':
      return { ref: `dns:${target.name}`, text: target.name, port: target.port }
    case 'answer':
      return { ref: null, text: target.text, port: null }
    case 'other':
      return { ref: null, text: `${target.resourceKind} ${target.name}`, port: null }
  }
}
