import type { Door } from '../../model/door'
import { aboutObject, aboutService, type FindingObject } from '../make-finding'

/** The object that opens a door; null for ports of pods. */
export function aboutDoor({ kind, meta }: Door): FindingObject | null {
  if (meta === null || kind === 'HostPort' || kind === 'HostNetwork') return null
  return kind === 'LoadBalancer' || kind === 'NodePort' || kind === 'ExternalIP' ? aboutService(meta) : aboutObject(meta)
}
