import type { Detector } from './detector'

/** Balance and doors. */
export const EXPOSURE_DETECTORS: readonly Detector[] = [
  {
    id: 'LB-01',
    severity: 'warning',
    title: 'Replicas get very different traffic',
    why: 'Some pods are loaded while others idle.',
    fix: 'Look at session affinity, long-lived connections and zones.',
  },
  {
    id: 'LB-02',
    severity: 'warning',
    title: 'Long-lived connections hold on to their pods',
    why: 'New pods get little traffic, because connections are balanced only when they are opened.',
    fix: 'Let clients reconnect from time to time, or balance requests in a proxy.',
  },
  {
    id: 'LB-03',
    severity: 'warning',
    title: 'One ready endpoint behind a public door',
    why: 'When that pod ends, everything behind the door is down.',
    fix: 'Run more than one replica.',
  },
  {
    id: 'EX-01',
    severity: 'warning',
    title: 'Exposed more than it should be',
    why: 'A port for administration, or a second door, can be reached from outside.',
    fix: 'Close the door that is not needed, or put TLS and authentication in front.',
  },
  {
    id: 'MO-01',
    severity: 'info',
    title: 'Something is only declared',
    why: 'Without a source the map shows what objects say, not what happens.',
    fix: 'Switch on a flow source.',
  },
]
