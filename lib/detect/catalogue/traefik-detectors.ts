import type { Detector } from './detector'

/** Traefik. */
export const TRAEFIK_DETECTORS: readonly Detector[] = [
  {
    id: 'TR-01',
    severity: 'error',
    title: 'Reference leads nowhere',
    why: 'Traefik leaves the router out, so requests that match are not served.',
    fix: 'Correct the reference, or allow references between namespaces in the settings of Traefik.',
  },
]
