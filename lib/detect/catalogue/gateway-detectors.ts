import type { Detector } from './detector'

/** Gateway API. */
export const GATEWAY_DETECTORS: readonly Detector[] = [
  {
    id: 'GW-01',
    severity: 'error',
    title: 'Parent does not exist',
    why: 'The route is attached to nothing, so it serves nothing.',
    fix: 'Correct parentRefs, or create the Gateway.',
  },
  {
    id: 'GW-02',
    severity: 'error',
    title: 'Not accepted',
    why: 'The controller refused it, so it serves nothing.',
    fix: 'Correct what the reason names.',
  },
  {
    id: 'GW-03',
    severity: 'error',
    title: 'Backend does not exist',
    why: 'Requests for this backend are answered with an error.',
    fix: 'Correct the reference, or create the backend.',
  },
  {
    id: 'GW-04',
    severity: 'error',
    title: 'Reference into another namespace is not permitted',
    why: 'Without a ReferenceGrant in the other namespace the reference counts as missing.',
    fix: 'Add a ReferenceGrant in the namespace that is referred to.',
  },
  {
    id: 'GW-05',
    severity: 'error',
    title: 'Certificate does not exist',
    why: 'The listener cannot serve TLS.',
    fix: 'Create the Secret, or correct certificateRefs.',
  },
  {
    id: 'GW-06',
    severity: 'error',
    title: 'Listeners conflict',
    why: 'Two listeners claim the same port with the same host or with protocols that do not mix; one is not served.',
    fix: 'Give one of them another port, host or protocol.',
  },
  {
    id: 'GW-07',
    severity: 'error',
    title: 'Host names do not meet',
    why: 'No host is both in the route and in the listener, so the route serves nothing.',
    fix: 'Name a host that the listener covers.',
  },
  {
    id: 'GW-08',
    severity: 'warning',
    title: 'No routes',
    why: 'Everything that arrives is answered with an error.',
    fix: 'Attach a route, or delete the listener.',
  },
  {
    id: 'GW-09',
    severity: 'error',
    title: 'No backend has any weight',
    why: 'Requests are answered with an error.',
    fix: 'Give at least one backend a weight above zero.',
  },
  {
    id: 'GW-10',
    severity: 'info',
    title: 'Class without a controller',
    why: 'Nobody serves these objects, so what is shown is only what they declare.',
    fix: 'Run a controller for the class, or name another class.',
  },
]
