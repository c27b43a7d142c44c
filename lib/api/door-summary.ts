import { routeLabel } from '../graph/entries'
import type { Door } from '../model/door'
import type { DoorSummary } from './details'

export function doorSummary(door: Door): DoorSummary {
  const routes = door.targets.map(routeLabel).filter((label) => label !== '')
  const ports = door.ports.map(({ port, protocol }) => `${port}/${protocol}`)
  return {
    ref: door.id,
    doorKind: door.kind,
    name: door.name,
    addresses: door.addresses,
    routes: routes.length > 0 ? [...new Set(routes)] : ports,
    tls: door.ports.some((port) => port.tls) || door.targets.some((target) => target.kind === 'service' && target.tls),
    problems: door.problems.map(({ message }) => message),
  }
}
