import type { GraphIndex } from '../graph/graph-index'
import { eastWestRoutes } from '../model/doors/east-west'
import { type DefaultExit, defaultExits } from '../model/egress/default-exit'
import { resolveEgress } from '../model/egress/resolve-egress'
import { entryIndex } from '../model/entry/entry-index'
import { followExternalName } from '../model/external-name'
import { type Bounded, bounded } from './bounded'
import type { Document } from './documents'

const MAX_LISTED = 100

/** A thing of the cluster that names something outside; `ref` is a node of the map, null where it has none. */
type NamedBy = { readonly ref: string | null; readonly text: string; readonly note: string }

/** `GET /api/v1/outside/{ref}`: what objects say of a name or a range outside, or of the Internet as a whole. */
export type OutsideDocument = Document<'Outside'> & {
  readonly ref: string
  /** Services that stand for it, ServiceEntries that declare it, routes and ways out that lead to it. */
  readonly namedBy: Bounded<NamedBy>
  /** Ways in from it; all of them for the Internet. */
  readonly waysIn: Bounded<NamedBy>
  /** With which address pods leave where no egress object says it. */
  readonly defaultExits: readonly DefaultExit[]
}

export function outsideDocument(ref: string, index: GraphIndex): OutsideDocument {
  const { cluster } = index
  const isWorld = ref === 'entity:world'
  const name = ref.startsWith('dns:') ? ref.slice('dns:'.length) : null
  const namedBy: NamedBy[] = []
  for (const service of cluster.services.values()) {
    const end = followExternalName(cluster, service)?.end
    if (end?.kind === 'dns' && end.name === name)
      namedBy.push({ ref: service.ref, text: `Service ${service.namespace}/${service.name}`, note: 'is another name for it' })
  }
  for (const entry of entryIndex(cluster).all('ServiceEntry')) {
    if (name === null || !entry.hosts.includes(name)) continue
    const ports = entry.ports.map(({ number, protocol }) => `${protocol} ${number}`).join(', ')
    namedBy.push({
      ref: null,
      text: `ServiceEntry ${entry.namespace}/${entry.name}`,
      note: `declares it to the mesh: ${ports}, resolution ${entry.resolution}`,
    })
  }
  for (const route of eastWestRoutes(cluster)) {
    if (route.to.kind === 'external' && route.to.name === name)
      namedBy.push({ ref: null, text: route.route.replace(':', ' '), note: 'leads to it' })
  }
  for (const way of resolveEgress(cluster)) {
    const leads = way.destinations.some(({ kind, text }) =>
      kind === 'anything' ? isWorld : kind === 'name' ? text === name : `cidr:${text}` === ref,
    )
    if (leads) namedBy.push({ ref: way.id, text: `${way.kind} ${way.name}`, note: `a way out to it (${way.system})` })
  }
  const doors = index.doors.filter((door) =>
    isWorld ? door.kind !== 'HostNetwork' : door.targets.some((target) => target.kind === 'external' && target.name === name),
  )
  return {
    apiVersion: 'sluice/v1',
    kind: 'Outside',
    ref,
    namedBy: bounded(namedBy, MAX_LISTED),
    waysIn: bounded(
      doors.map((door) => ({ ref: door.id, text: `${door.kind} ${door.namespace}/${door.name}`, note: isWorld ? '' : 'leads to it' })),
      MAX_LISTED,
    ),
    defaultExits: isWorld ? defaultExits(cluster) : [],
  }
}
