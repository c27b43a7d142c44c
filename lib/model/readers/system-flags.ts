import type { Fields } from '../fields'
import { type Labels, NO_LABELS } from '../labels'

/**
 * Options that say how the network of a cluster is set up, by the container of the program that takes them. Of every other
 * program, and every other option, arguments may hold anything and are not kept.
 */
export const SYSTEM_FLAGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['kube-router', ['run-router', 'run-firewall', 'run-service-proxy', 'enable-overlay', 'overlay-type']],
  ['aws-eks-nodeagent', ['enable-network-policy']],
  ['kube-proxy', ['proxy-mode', 'ipvs-scheduler', 'cluster-cidr']],
  ['kube-apiserver', ['service-cluster-ip-range']],
  ['kube-controller-manager', ['cluster-cidr', 'service-cluster-ip-range']],
])

const MAX_LENGTH = 200

/** The known options of a known program: `--name=value`, `--name value`, and `--name` for true. The last one counts. */
export function readSystemFlags(container: string, fields: Fields): Labels {
  const known = SYSTEM_FLAGS.get(container)
  if (known === undefined) return NO_LABELS
  const words = [...fields.strings('command'), ...fields.strings('args')]
  const flags = new Map<string, string>()
  words.forEach((word, index) => {
    const [, name = '', value] = /^--?([A-Za-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? []
    if (!known.includes(name)) return
    const next = words[index + 1]
    flags.set(name, (value ?? (next === undefined || next.startsWith('-') ? 'true' : next)).slice(0, MAX_LENGTH))
  })
  return flags.size === 0 ? NO_LABELS : flags
}
