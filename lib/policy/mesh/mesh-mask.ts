import { MAX_PORT } from '../../model/protocol'
import type { AddressFamily } from '../address-set'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import type { End } from '../end'
import type { PodClass } from '../pod-classes'
import type { MeshLayer } from './mesh-layer'

/** What may pass a mesh: surely, and perhaps. */
export type Mask = { readonly allowed: ConnectionSetId; readonly unknown: ConnectionSetId }

/** The mesh layer as sets of ports, for the whole connectivity. Clients that a destination does not tell apart are asked for once. */
export class MeshMask {
  /** By class of the destination, then by what it sees of the client. */
  private readonly masks = new Map<number, Map<string, Mask | null>>()
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
    let masks = this.masks.get(to.id)
    if (masks === undefined) {
      masks = new Map()
      this.masks.set(to.id, masks)
    }
    const key = this.layer.clientKey(from, destination.target, family)
    const known = masks.get(key)
    if (known !== undefined) return known
    const mask = this.computeMask(from, to, family)
    masks.set(key, mask)
    return mask
  }

  private computeMask(from: End, to: PodClass, family: AddressFamily | null): Mask | null {
    const { sets } = this
    let allowed = this.notTcp
    let unknown = sets.none
    const bounds = this.layer.bounds(from, this.layer.memberOf(to))
    bounds.forEach((port, index) => {
      const range = sets.range('TCP', port, (bounds[index + 1] ?? MAX_PORT + 1) - 1)
      const verdict = this.layer.ruling(from, to, port, family).verdict
      if (verdict === 'allowed') allowed = sets.union(allowed, range)
      else if (verdict === 'unknown') unknown = sets.union(unknown, range)
    })
    return allowed === sets.all ? null : { allowed, unknown }
  }
}
