import { naiveContains } from './naive-address'

/**
 * What both naive evaluators of service meshes share, for tests only: clients, pods, and the set of answers that are
 * possible where something is not known.
 */

export type NaiveMeshPod = {
  readonly kind: 'pod'
  readonly name: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly serviceAccount: string
  readonly ip: string
  readonly member: 'sidecar' | 'ambient' | 'no' | 'perhaps'
}

export type NaiveMeshClient = NaiveMeshPod | { readonly kind: 'address'; readonly ip: string }

export type NaiveVerdict = 'allowed' | 'denied' | 'unknown'

/** Who the destination's proxy may take the client for; null for a client without a certificate. */
export function naiveIdentities(client: NaiveMeshClient): readonly (NaiveMeshPod | null)[] {
  if (client.kind === 'address' || client.member === 'no') return [null]
  return client.member === 'perhaps' ? [client, null] : [client]
}

export function naiveVerdict(possible: Iterable<boolean>): NaiveVerdict {
  let isOpen: boolean | null = null
  for (const answer of possible) {
    if (isOpen !== null && isOpen !== answer) return 'unknown'
    isOpen = answer
  }
  return isOpen === true ? 'allowed' : 'denied'
}

export function isInBlock(block: string, ip: string): boolean {
  return naiveContains(block.includes('/') ? block : `${block}/${ip.includes(':') ? 128 : 32}`, ip)
}

export function hasLabels(wanted: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)
}
