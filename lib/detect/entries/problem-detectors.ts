import type { DoorProblem, DoorProblemCode } from '../../model/door'
import { groupOf } from '../../model/object-kinds'
import type { DetectorId } from '../detector-id'

type Family = 'ingress' | 'gateway' | 'traefik' | 'istio'

/** Which detector reports a problem of an entry object, by the family of the object that says what is wrong; null for none. */
const TABLE: Readonly<Record<DoorProblemCode, Readonly<Record<Family, DetectorId | null>>>> = {
  'service-missing': { ingress: 'IN-01', gateway: 'GW-03', traefik: 'TR-01', istio: 'MS-04' },
  'port-missing': { ingress: 'IN-02', gateway: 'GW-03', traefik: 'TR-01', istio: 'MS-04' },
  'no-ready-endpoints': same('IN-03'),
  'address-pending': { ingress: 'IN-07', gateway: 'GW-02', traefik: null, istio: null },
  'class-missing': same('IN-06'),
  'class-ambiguous': same('IN-06'),
  'secret-missing': { ingress: 'IN-04', gateway: 'GW-05', traefik: 'IN-04', istio: 'IN-04' },
  'secret-wrong-type': { ingress: 'IN-04', gateway: 'GW-05', traefik: 'IN-04', istio: 'IN-04' },
  'rule-conflict': same('IN-05'),
  'host-invalid': same('IN-08'),
  'tls-mismatch': same('IN-07'),
  'path-ineffective': same('IN-07'),
  'parent-missing': same('GW-01'),
  'route-not-accepted': same('GW-02'),
  'not-accepted': { ingress: 'IN-07', gateway: 'GW-02', traefik: null, istio: null },
  'host-not-shared': same('GW-07'),
  'listener-conflict': same('GW-06'),
  'reference-not-permitted': same('GW-04'),
  'backend-unknown': { ingress: 'IN-01', gateway: 'GW-03', traefik: 'TR-01', istio: 'MS-04' },
  'no-weight': { ingress: 'IN-07', gateway: 'GW-09', traefik: 'TR-01', istio: 'MS-04' },
  'no-routes': { ingress: null, gateway: 'GW-08', traefik: null, istio: 'MS-04' },
  'class-without-controller': same('GW-10'),
  'part-missing': { ingress: 'IN-01', gateway: 'GW-03', traefik: 'TR-01', istio: 'MS-04' },
  'cross-namespace': same('TR-01'),
  loop: { ingress: 'IN-07', gateway: null, traefik: 'TR-01', istio: null },
  'rule-unreadable': same('TR-01'),
  'destination-missing': same('MS-04'),
  'gateway-without-pods': same('MS-04'),
  'selector-unreadable': same('EG-01'),
  'selects-nothing': same('EG-01'),
  'machine-missing': same('EG-01'),
  'half-missing': same('EG-02'),
  overlap: same('EG-03'),
}

export function detectorOfProblem({ code, at }: DoorProblem): DetectorId | null {
  return at === null ? null : TABLE[code][familyOf(at.meta.apiVersion)]
}

function familyOf(apiVersion: string): Family {
  switch (groupOf(apiVersion)) {
    case 'gateway.networking.k8s.io':
      return 'gateway'
    case 'traefik.io':
    case 'traefik.containo.us':
      return 'traefik'
    case 'networking.istio.io':
      return 'istio'
    default:
      return 'ingress'
  }
}

function same(id: DetectorId): Readonly<Record<Family, DetectorId>> {
  return { ingress: id, gateway: id, traefik: id, istio: id }
}
