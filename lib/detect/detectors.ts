import type { Detector } from './catalogue/detector'
import { DNS_DETECTORS } from './catalogue/dns-detectors'
import { DUAL_STACK_DETECTORS } from './catalogue/dual-stack-detectors'
import { EGRESS_DETECTORS } from './catalogue/egress-detectors'
import { EXPOSURE_DETECTORS } from './catalogue/exposure-detectors'
import { GATEWAY_DETECTORS } from './catalogue/gateway-detectors'
import { INGRESS_DETECTORS } from './catalogue/ingress-detectors'
import { MESH_DETECTORS } from './catalogue/mesh-detectors'
import { POD_DETECTORS } from './catalogue/pod-detectors'
import { POLICY_DETECTORS } from './catalogue/policy-detectors'
import { SERVICE_DETECTORS } from './catalogue/service-detectors'
import { TRAEFIK_DETECTORS } from './catalogue/traefik-detectors'
import type { DetectorId } from './detector-id'

const TABLE: readonly Detector[] = [
  ...SERVICE_DETECTORS,
  ...DUAL_STACK_DETECTORS,
  ...POLICY_DETECTORS,
  ...INGRESS_DETECTORS,
  ...GATEWAY_DETECTORS,
  ...TRAEFIK_DETECTORS,
  ...EGRESS_DETECTORS,
  ...MESH_DETECTORS,
  ...DNS_DETECTORS,
  ...POD_DETECTORS,
  ...EXPOSURE_DETECTORS,
]

/** By id, in the order of the documentation. */
export const DETECTORS: ReadonlyMap<DetectorId, Detector> = new Map(TABLE.map((detector) => [detector.id, detector]))

export function detectorOf(id: DetectorId): Detector {
  const detector = DETECTORS.get(id)
  if (detector === undefined) throw new Error(`no detector ${id}`)
  return detector
}
