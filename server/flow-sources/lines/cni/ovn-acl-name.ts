import type { FlowPolicy } from '@/lib/flows/flow'
import { policyRef } from '@/lib/model/names'
import { NO_POLICIES, statedPolicy } from '../observed-line'

/** What the name of an ACL says. */
export type AclName = { readonly policies: readonly FlowPolicy[]; readonly isDefault: boolean }

/** OVN cuts names here: a policy's name at the end of a name of this length may lack its own end. */
const CUT_AT = 63

const NOTHING: AclName = { policies: NO_POLICIES, isDefault: false }
const DEFAULT: AclName = { policies: NO_POLICIES, isDefault: true }

/**
 * Reads the name that OVN-Kubernetes or kube-ovn gave an ACL: `ANP:NAME:Egress:1`, `BANP:default:Ingress:0`,
 * `NP:NS:NAME:Egress:0`, a namespace's default deny `NP:NS:Ingress`, `EF:NS:0`, kube-ovn's `np/NAME.NS/ingress/IPv4/0`, and the
 * old forms with `_`, which do not tell namespace from name and so name nothing.
 */
export function readAclName(name: string): AclName {
  if (name === '' || name === '<unnamed>') return NOTHING
  if (name.startsWith('np/')) return readKubeOvn(name)
  const parts = name.split(':')
  const [type, first, second, third, fourth] = parts
  switch (type) {
    case 'ANP':
    case 'BANP': {
      const kind = type === 'ANP' ? 'AdminNetworkPolicy' : 'BaselineAdminNetworkPolicy'
      if (!isName(first) || (second === undefined && isCut(name))) return NOTHING
      return { policies: statedPolicy(policyRef(kind, null, first), ruleOf(second, third)), isDefault: false }
    }
    case 'NP': {
      if (!isName(first)) return NOTHING
      if (directionOf(second) !== null && third === undefined) return DEFAULT
      if (!isName(second) || (third === undefined && isCut(name))) return NOTHING
      return { policies: statedPolicy(policyRef('NetworkPolicy', first, second), ruleOf(third, fourth)), isDefault: false }
    }
    case 'EF':
      // A namespace has one egress firewall, and its name is always this.
      if (!isName(first) || (second === undefined && isCut(name))) return NOTHING
      return { policies: statedPolicy(policyRef('EgressFirewall', first, 'default'), ruleOf('Egress', second)), isDefault: false }
    default:
      return parts.length === 1 && isOldDefault(name) ? DEFAULT : NOTHING
  }
}

/** `np/NAME.NS/ingress/IPv4/0`: the namespace has no dots. */
function readKubeOvn(name: string): AclName {
  const [, policy, direction] = name.split('/')
  if (policy === undefined) return NOTHING
  const dot = policy.lastIndexOf('.')
  if (policy.startsWith('default-deny-')) return DEFAULT
  const [namespace, bare] = [policy.slice(dot + 1), policy.slice(0, Math.max(0, dot))]
  if (!isName(namespace) || !isName(bare) || (direction === undefined && isCut(name))) return NOTHING
  return { policies: statedPolicy(policyRef('NetworkPolicy', namespace, bare)), isDefault: false }
}

function isOldDefault(name: string): boolean {
  return name.endsWith('_egressDefaultDeny') || name.endsWith('_ingressDefaultDeny')
}

function ruleOf(direction: string | undefined, index: string | undefined): string | null {
  const word = directionOf(direction)
  if (word === null || index === undefined || index.length === 0 || index.length > 4) return null
  for (const digit of index) if (digit < '0' || digit > '9') return null
  return `${word}[${index}]`
}

function directionOf(text: string | undefined): 'ingress' | 'egress' | null {
  if (text === 'Ingress') return 'ingress'
  return text === 'Egress' ? 'egress' : null
}

function isCut(name: string): boolean {
  return name.length >= CUT_AT
}

function isName(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text.length <= 253
}
