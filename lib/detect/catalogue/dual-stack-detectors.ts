import type { Detector } from './detector'

/** IPv4 and IPv6. */
export const DUAL_STACK_DETECTORS: readonly Detector[] = [
  {
    id: 'DS-01',
    severity: 'error',
    title: 'Dual-stack Service whose pods have one family',
    why: 'One of the two addresses of the Service answers nobody.',
    fix: 'Give the pods addresses of both families, or make the Service single-stack.',
  },
  {
    id: 'DS-02',
    severity: 'warning',
    title: 'Families of Service and clients do not meet',
    why: 'Clients of the other family cannot open a connection to the Service.',
    fix: 'Set ipFamilyPolicy to PreferDualStack, or give the Service the family of its clients.',
  },
  {
    id: 'DS-03',
    severity: 'info',
    title: 'Dual stack is asked for and not granted',
    why: 'The Service answers on one family only.',
    fix: 'Make the cluster dual-stack, or write SingleStack.',
  },
  {
    id: 'DS-04',
    severity: 'warning',
    title: 'Address rules of one family on dual-stack pods',
    why: 'The other address family is not covered: what is allowed over one of IPv4 and IPv6 is denied over the other, or the reverse.',
    fix: 'Add the ranges of the other address family.',
  },
]
