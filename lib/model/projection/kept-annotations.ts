import { isRecord } from '../fields'
import { define, type Reduce } from './field-tree'
import { keptFlags } from './program-flags'

/**
 * Annotations are a place where everybody keeps anything, so only those of projects that have to do with networks enter:
 * by the end of the domain before the slash.
 */
const DOMAINS: readonly string[] = [
  ...['kubernetes.io', 'k8s.io', 'x-k8s.io', 'k8s.aws', 'cloud.google.com', 'gke.io', 'azure.com', 'openshift.io', 'k8s.ovn.org'],
  ...['projectcalico.org', 'cilium.io', 'flannel.alpha.coreos.com', 'kube-router.io', 'antrea.io', 'k3s.io', 'rke2.io', 'cni.cncf.io'],
  ...[
    'istio.io',
    'linkerd.io',
    'traefik.io',
    'nginx.org',
    'nginx.com',
    'haproxy.org',
    'projectcontour.io',
    'metallb.io',
    'metallb.universe.tf',
  ],
  ...['cert-manager.io', 'prometheus.io', 'envoyproxy.io'],
]

/** Of those domains, what changes all the time, is large, or is of no use here. A final `/` or `.` drops all that begin so. */
const DROPPED: readonly string[] = [
  ...['kubectl.kubernetes.io/', 'deployment.kubernetes.io/', 'endpoints.kubernetes.io/last-change-trigger-time'],
  ...[
    'control-plane.alpha.kubernetes.io/',
    'volumes.kubernetes.io/',
    'volume.kubernetes.io/',
    'csi.volume.kubernetes.io/',
    'pv.kubernetes.io/',
  ],
  ...[
    'cluster-autoscaler.kubernetes.io/',
    'autoscaling.alpha.kubernetes.io/',
    'kubernetes.io/config.',
    'batch.kubernetes.io/cronjob-scheduled-timestamp',
  ],
  ...['cni.projectcalico.org/', 'k8s.v1.cni.cncf.io/network-status', 'k8s.v1.cni.cncf.io/networks-status', 'k8s.ovn.org/pod-networks'],
]

/** Only that they are there is of use; what they hold is large, or configuration that may carry a password. */
const NAME_ONLY: RegExp = /^sidecar\.istio\.io\/status$|-snippets?$|\/auth-(?:secret|snippet|headers)|request-headers|custom-headers$/

/** Longer values are cut. */
const MAX_VALUE_LENGTH = 4_096

/** What is kept of an annotation; null when nothing is, not even the name. */
export function keptAnnotation(name: string, value: unknown): unknown {
  const kept = knownNames.get(name) ?? learn(name)
  if (kept === 'nothing') return null
  if (typeof value !== 'string') return value
  if (kept === 'name') return ''
  if (name === NODE_ARGS) return keptNodeArguments(value)
  return value.length > MAX_VALUE_LENGTH ? value.slice(0, MAX_VALUE_LENGTH) : value
}

type Kept = 'nothing' | 'name' | 'value'

/** The same few names are on every object. Bounded, because anybody can make up more. */
const knownNames = new Map<string, Kept>()
const MAX_KNOWN_NAMES = 2_000

function learn(name: string): Kept {
  const kept = keptOfName(name)
  if (knownNames.size < MAX_KNOWN_NAMES) knownNames.set(name, kept)
  return kept
}

function keptOfName(name: string): Kept {
  const domain = name.slice(0, Math.max(0, name.indexOf('/')))
  if (!DOMAINS.some((end) => domain === end || domain.endsWith(`.${end}`))) return 'nothing'
  if (DROPPED.some((start) => name === start || (/[/.]$/.test(start) && name.startsWith(start)))) return 'nothing'
  return NAME_ONLY.test(name) ? 'name' : 'value'
}

/** The annotations of an object, or of a template. */
export const annotations: Reduce = (value) => {
  if (!isRecord(value)) return value
  const kept: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const text = keptAnnotation(name, value[name])
    if (text !== null) define(kept, name, text)
  }
  return kept
}

/** The command line of k3s, as a JSON list. */
const NODE_ARGS = 'k3s.io/node-args'

/** What k3s is on that machine. */
function isPartOfK3s(word: unknown): boolean {
  return word === 'server' || word === 'agent'
}

function keptNodeArguments(text: string): string {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? JSON.stringify([...list.slice(0, 1).filter(isPartOfK3s), ...keptFlags('k3s', list)]) : ''
  } catch {
    return ''
  }
}
