import type { Detector } from './detector'

/** DNS. */
export const DNS_DETECTORS: readonly Detector[] = [
  {
    id: 'DN-01',
    severity: 'error',
    title: 'No ready DNS pod',
    why: 'No name can be looked up in the cluster, so everything that is called by name fails.',
    fix: 'Look at why the DNS pods are not ready.',
  },
  {
    id: 'DN-02',
    severity: 'warning',
    title: 'Pod on the network of its machine does not look names up in the cluster',
    why: 'With dnsPolicy ClusterFirst such a pod asks the name server of the machine, which knows no Services.',
    fix: 'Set dnsPolicy to ClusterFirstWithHostNet.',
  },
  {
    id: 'DN-03',
    severity: 'warning',
    title: 'Many look-ups of names that do not exist',
    why: 'Every external name is first tried with each search domain, which costs time and loads the DNS pods.',
    fix: 'Write external names with a dot at the end, or lower ndots in dnsConfig.',
  },
  {
    id: 'DN-04',
    severity: 'warning',
    title: 'Look-up of a Service that does not exist',
    why: 'The client cannot find what it asks for: a slip in the name, or another namespace.',
    fix: 'Correct the name that the client asks for, or create the Service.',
  },
]
