import { PROTOCOLS } from '../model/protocol'
import type { AddressFamily } from './address-set'
import type { ConnectionSetId } from './connection-sets'
import { type ClassKind, FAMILY_BITS, sharedFamilies } from './connectivity/class-kinds'
import { type OutsidePart, outsideEnd } from './connectivity/columns'
import { decideSide } from './decide-side'
import { anyPodOf, type End } from './end'
import type { Evaluation } from './evaluation'
import type { Direction, UnknownReason } from './types'

/** Why connections between pods of some kinds are unknown; `unknown` are those connections. */
export function unknownReason(
  sources: readonly ClassKind[],
  targets: readonly ClassKind[],
  unknown: ConnectionSetId,
  evaluation: Evaluation,
): UnknownReason {
  for (const source of sources) {
    for (const target of targets) {
      const shared = sharedFamilies(source.families, target.families)
      const [from, to] = [anyPodOf(source.podClass), anyPodOf(target.podClass)]
      for (const [family, bit] of FAMILY_BITS) {
        if ((shared & bit) === 0) continue
        const reason =
          sideReason(source, 'egress', to, to, family, unknown, evaluation) ??
          sideReason(target, 'ingress', from, to, family, unknown, evaluation) ??
          meshReason(from, target, family, unknown, evaluation)
        if (reason !== null) return reason
      }
    }
  }
  return 'unsupported-policy'
}

/** The same for connections with addresses outside. */
export function outsideUnknownReason(
  kinds: readonly ClassKind[],
  direction: Direction,
  part: OutsidePart,
  unknown: ConnectionSetId,
  evaluation: Evaluation,
): UnknownReason {
  const end = outsideEnd(part)
  for (const kind of kinds) {
    const destination = direction === 'ingress' ? anyPodOf(kind.podClass) : end
    const reason =
      sideReason(kind, direction, end, destination, part.family, unknown, evaluation) ??
      (direction === 'ingress' ? meshReason(end, kind, part.family, unknown, evaluation) : null)
    if (reason !== null) return reason
  }
  return 'unsupported-policy'
}

function meshReason(
  from: End,
  { podClass }: ClassKind,
  family: AddressFamily | null,
  unknown: ConnectionSetId,
  { mesh, sets }: Evaluation,
): UnknownReason | null {
  if (!mesh.isLimiting) return null
  for (const [port] of sets.ranges(unknown, 'TCP')) {
    const { reason } = mesh.ruling(from, podClass, port, family)
    if (reason !== null) return reason
  }
  return null
}

function sideReason(
  { podClass }: ClassKind,
  direction: Direction,
  peer: End,
  destination: End,
  family: AddressFamily | null,
  unknown: ConnectionSetId,
  evaluation: Evaluation,
): UnknownReason | null {
  const subject = anyPodOf(podClass)
  for (const protocol of PROTOCOLS) {
    for (const [port] of evaluation.sets.ranges(unknown, protocol)) {
      const { reason } = decideSide(podClass, direction, { subject, peer, destination, family, protocol, port }, evaluation)
      if (reason !== null) return reason
    }
  }
  return null
}
