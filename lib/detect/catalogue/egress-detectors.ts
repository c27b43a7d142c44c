import type { Detector } from './detector'

/** Ways out of the cluster. */
export const EGRESS_DETECTORS: readonly Detector[] = [
  {
    id: 'EG-01',
    severity: 'error',
    title: 'Egress policy without effect',
    why: 'Traffic leaves by another way or with another address than the policy says.',
    fix: 'Correct the selectors, and the address or machine that is named.',
  },
  {
    id: 'EG-02',
    severity: 'warning',
    title: 'Half an egress gateway',
    why: 'One half of the way is missing, so traffic bypasses the gateway or gets lost.',
    fix: 'Write both halves: from the mesh to the gateway, and from the gateway to the host.',
  },
  {
    id: 'EG-03',
    severity: 'warning',
    title: 'Two egress addresses for the same pods',
    why: 'Which one is used is not defined.',
    fix: 'Let only one of them select the pods.',
  },
]
