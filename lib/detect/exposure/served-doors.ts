import type { Door, DoorProblemCode } from '../../model/door'

/** Doors that Services and pods open by themselves; all others need a controller. */
export const OWN_DOORS: ReadonlySet<Door['kind']> = new Set<Door['kind']>([
  'LoadBalancer',
  'NodePort',
  'ExternalIP',
  'HostPort',
  'HostNetwork',
])

const UNSERVED: ReadonlySet<DoorProblemCode> = new Set<DoorProblemCode>([
  'class-missing',
  'class-without-controller',
  'gateway-without-pods',
])

/** Whether somebody takes the door up, as far as is known: otherwise it leads nowhere yet. */
export function isServed({ problems }: Pick<Door, 'problems'>): boolean {
  return !problems.some(({ code }) => UNSERVED.has(code))
}
