import type { Detector } from './detector'

/** Ingresses. */
export const INGRESS_DETECTORS: readonly Detector[] = [
  {
    id: 'IN-01',
    severity: 'error',
    title: 'Backend Service does not exist',
    why: 'Requests that match are answered with an error by the controller.',
    fix: 'Correct the name, or create the Service in the namespace of the Ingress.',
  },
  {
    id: 'IN-02',
    severity: 'error',
    title: 'Backend port is not a port of the Service',
    why: 'The controller has nowhere to send requests that match.',
    fix: 'Write a number or name that the Service has.',
  },
  {
    id: 'IN-03',
    severity: 'error',
    title: 'Backend Service has no ready endpoints',
    why: 'Requests that match are answered with an error.',
    fix: 'Look at why the pods of the Service are not ready.',
  },
  {
    id: 'IN-04',
    severity: 'error',
    title: 'Certificate is missing or does not fit',
    why: 'Clients get the certificate of the controller, and warn or refuse.',
    fix: 'Create the TLS Secret in the namespace of the Ingress, with a certificate for its hosts.',
  },
  {
    id: 'IN-05',
    severity: 'warning',
    title: 'Two Ingresses claim the same host and path',
    why: 'Which of the two wins is not defined: requests may go to either.',
    fix: 'Give one of them another host or path, or delete it.',
  },
  {
    id: 'IN-06',
    severity: 'error',
    title: 'No controller takes the Ingress',
    why: 'Nobody serves it, so requests from outside never arrive.',
    fix: 'Name an IngressClass that exists and whose controller runs.',
  },
  {
    id: 'IN-07',
    severity: 'warning',
    title: 'Ingress is not served as written',
    why: 'Part of what it says has no effect.',
    fix: 'Look at the controller and at the part that is named.',
  },
  {
    id: 'IN-08',
    severity: 'info',
    title: 'Ingress that servers of today refuse',
    why: 'It cannot be applied to a cluster of today.',
    fix: 'Write it as networking.k8s.io/v1, with host names that are valid.',
  },
]
