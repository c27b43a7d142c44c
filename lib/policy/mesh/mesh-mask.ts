import { MAX_PORT } from '../../model/protocol'
import { type AddressFamily, addressSetKey } from '../address-set'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import type { End } from '../end'
import type { PodClass } from '../pod-classes'
import type { MeshLayer } from './mesh-layer'

/** What may pass a mesh: surely, and perhaps. */
export type Mask = { readonly allowed: ConnectionSetId; readonly unknown: ConnectionSetId }

/** The mesh layer as sets of ports, for the whole connectivity. Each pair of classes is asked once. */
export class MeshMask {
  private readonly masks = new Map<string, Mask | null>()
  private readonly notTcp: ConnectionSetId

  constructor(
    private readonly layer: MeshLayer,
    private readonly sets: ConnectionSets,
  ) {
    this.notTcp = sets.subtract(sets.all, sets.range('TCP', 1, MAX_PORT))
  }

  /** Of what the network lets through, what the destination's mesh lets in too. */
  apply(cell: Mask, from: End, to: PodClass, family: AddressFamily | null): Mask {
    if (!this.layer.isLimiting) return cell
    const mask = this.maskOf(from, to, family)
    if (mask === null) return cell
    const { sets } = this
    const allowed = sets.intersect(cell.allowed, mask.allowed)
    const possible = sets.intersect(sets.union(cell.allowed, cell.unknown), sets.union(mask.allowed, mask.unknown))
    return { allowed, unknown: sets.subtract(possible, allowed) }
  }

  /** null when the mesh lets in everything. */
  private maskOf(from: End, to: PodClass, family: AddressFamily | null): Mask | null {
    const destination = this.layer.memberOf(to)
    if (destination.target === null) return null
    const key = `${keyOf(from)}|${to.id}|${family}`
    const known = this.masks.get(key)
    if (known !== undefined) return known
    const { sets } = this
    let allowed = this.notTcp
    let unknown = sets.none
    const bounds = this.layer.bounds(from, destination)
    bounds.forEach((port, index) => {
      const range = sets.range('TCP', port, (bounds[index + 1] ?? MAX_PORT + 1) - 1)
      const verdict = this.layer.ruling(from, to, port, family).verdict
      if (verdict === 'allowed') allowed = sets.union(allowed, range)
      else if (verdict === 'unknown') unknown = sets.union(unknown, range)
    })
    const mask = allowed === sets.all ? null : { allowed, unknown }
    this.masks.set(key, mask)
    return mask
  }
}

function keyOf(end: End): string {
  switch (end.kind) {
    case 'pod':
      return String(end.podClass.id)
    case 'address':
      return addressSetKey(end.possible)
    case 'anything':
      return '?'
  }
}
