import type { Detector } from './detector'

/** Pods and machines. */
export const POD_DETECTORS: readonly Detector[] = [
  {
    id: 'PP-01',
    severity: 'warning',
    title: 'Pod without an address',
    why: 'The pod cannot be reached, and reaches nobody.',
    fix: 'Look at the events of the pod: scheduling, images, the network plugin of its machine.',
  },
  {
    id: 'PP-02',
    severity: 'warning',
    title: 'Pod address outside the ranges of the cluster',
    why: 'Routes and policies that go by the ranges do not cover the pod.',
    fix: 'Look at the address ranges of the network plugin and of the machine.',
  },
  {
    id: 'PP-03',
    severity: 'error',
    title: 'Two pods with one address',
    why: 'Traffic for one of them may arrive at the other.',
    fix: 'Delete one of the pods, and look at the address management of the network plugin.',
  },
  {
    id: 'PP-04',
    severity: 'warning',
    title: 'Endpoint on a machine that is not ready',
    why: 'Traffic is still sent to a pod that probably does not answer.',
    fix: 'Look at the machine; remove it when it does not come back.',
  },
  {
    id: 'CT-01',
    severity: 'warning',
    title: 'Two containers declare the same port',
    why: 'Containers of a pod share one network, so only one of them can listen there.',
    fix: 'Let one of them listen on another port.',
  },
  {
    id: 'CT-02',
    severity: 'warning',
    title: 'Probe or Service names a port of another container',
    why: 'What is checked or served is not the container that it is written for.',
    fix: 'Write the port of the container that is meant.',
  },
  {
    id: 'IP-01',
    severity: 'info',
    title: 'Address changed hands',
    why: 'Flows of that moment may belong to either holder.',
    fix: 'Nothing: flows of that time are marked as uncertain.',
  },
]
