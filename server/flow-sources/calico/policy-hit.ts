/** One step of the trace of policies that Calico writes beside a flow. */
export type PolicyHit = {
  /** Place in the order of evaluation; lists are not sorted by it. */
  readonly index: number
  readonly tier: string
  readonly kind: PolicyHitKind
  readonly namespace: string | null
  /** Name of the policy; the old form has its tier in front (`tier1.web`), as Calico's own objects have. */
  readonly name: string
  readonly action: 'allow' | 'deny' | 'pass'
  /** Rule counted from 0, -1 for the end of the tier; null when it is not known. */
  readonly rule: number | null
}

export type PolicyHitKind =
  | 'NetworkPolicy'
  | 'GlobalNetworkPolicy'
  | 'StagedNetworkPolicy'
  | 'StagedGlobalNetworkPolicy'
  | 'StagedKubernetesNetworkPolicy'
  | 'ClusterNetworkPolicy'
  | 'AdminNetworkPolicy'
  | 'BaselineAdminNetworkPolicy'
  | 'Profile'

const PROFILE_TIER = '__PROFILE__'

/** Kinds by their short names, and whether they live in a namespace. */
const KINDS: ReadonlyMap<string, { readonly kind: PolicyHitKind; readonly isNamespaced: boolean }> = new Map([
  ['np', { kind: 'NetworkPolicy', isNamespaced: true }],
  ['knp', { kind: 'NetworkPolicy', isNamespaced: true }],
  ['snp', { kind: 'StagedNetworkPolicy', isNamespaced: true }],
  ['sknp', { kind: 'StagedKubernetesNetworkPolicy', isNamespaced: true }],
  ['gnp', { kind: 'GlobalNetworkPolicy', isNamespaced: false }],
  ['sgnp', { kind: 'StagedGlobalNetworkPolicy', isNamespaced: false }],
  ['kcnp', { kind: 'ClusterNetworkPolicy', isNamespaced: false }],
  ['kanp', { kind: 'AdminNetworkPolicy', isNamespaced: false }],
  ['kbanp', { kind: 'BaselineAdminNetworkPolicy', isNamespaced: false }],
  ['pro', { kind: 'Profile', isNamespaced: false }],
])

/** Beginnings of names in the old form that say a kind of its own; what follows is the name in Kubernetes. */
const OLD_PREFIXES: readonly { readonly prefix: string; readonly kind: PolicyHitKind; readonly staged: PolicyHitKind }[] = [
  { prefix: 'knp.default.', kind: 'NetworkPolicy', staged: 'StagedKubernetesNetworkPolicy' },
  { prefix: 'kanp.adminnetworkpolicy.', kind: 'AdminNetworkPolicy', staged: 'AdminNetworkPolicy' },
  { prefix: 'kbanp.baselineadminnetworkpolicy.', kind: 'BaselineAdminNetworkPolicy', staged: 'BaselineAdminNetworkPolicy' },
]

/** Longest text that is looked at: a namespace, a tier and a name of 253 each, and their marks. */
const MAX_TEXT = 1_024

/**
 * Reads one policy string of Goldmane, Whisker or a Calico flow log; null for anything that Calico itself would not read.
 *
 * New form: `INDEX|TIER|KIND:[NS/]NAME|ACTION|RULE` with the short kinds `np`, `gnp`, `knp`, `snp`, `sgnp`, `sknp`, `kcnp`,
 * `pro`. Old form: `INDEX|TIER|[NS/][staged:]TIER.NAME|ACTION[|RULE]`, where the rule may be `-` or -2 for one that is not known.
 */
export function parsePolicyHit(text: string): PolicyHit | null {
  if (text.length > MAX_TEXT) return null
  const [index, tier, name, action, rule, ...more] = text.split('|')
  if (index === undefined || tier === undefined || name === undefined || more.length > 0) return null
  const place = wholeNumber(index)
  if (place === null || place < 0 || !isTier(tier) || !isAction(action)) return null
  const isNew = isNewForm(name)
  if (rule === undefined && isNew) return null
  const number = rule === undefined || (rule === '-' && !isNew) ? null : wholeNumber(rule)
  if (rule !== undefined && rule !== '-' && (number === null || number < -2)) return null
  if (rule === '-' && isNew) return null
  const policy = isNew ? readNewName(name) : readOldName(name)
  if (policy === null || (policy.kind === 'Profile') !== (tier === PROFILE_TIER)) return null
  return { index: place, tier, ...policy, action, rule: number === -2 ? null : number }
}

type NamedPolicy = Pick<PolicyHit, 'kind' | 'namespace' | 'name'>

function isNewForm(name: string): boolean {
  return KINDS.has(name.slice(0, Math.max(0, name.indexOf(':'))))
}

function readNewName(text: string): NamedPolicy | null {
  const colon = text.indexOf(':')
  const found = KINDS.get(text.slice(0, colon))
  if (found === undefined) return null
  return place(found.kind, found.isNamespaced, text.slice(colon + 1))
}

function readOldName(text: string): NamedPolicy | null {
  const slash = text.indexOf('/')
  const namespace = slash === -1 ? null : text.slice(0, slash)
  const rest = text.slice(slash + 1)
  if (rest.startsWith(`${PROFILE_TIER}.`)) return namespace === null ? place('Profile', false, rest.slice(PROFILE_TIER.length + 1)) : null
  const mark = rest.indexOf('staged:')
  // The mark stands before the tier or between it and the name.
  const isStaged = mark === 0 || (mark > 0 && rest[mark - 1] === '.')
  const name = isStaged ? rest.slice(0, mark) + rest.slice(mark + 'staged:'.length) : rest
  const own = OLD_PREFIXES.find(({ prefix }) => name.startsWith(prefix))
  const whole = (bare: string): string => (namespace === null ? bare : `${namespace}/${bare}`)
  if (own !== undefined) return place(isStaged ? own.staged : own.kind, namespace !== null, whole(name.slice(own.prefix.length)))
  const [scoped, global]: readonly [PolicyHitKind, PolicyHitKind] = isStaged
    ? ['StagedNetworkPolicy', 'StagedGlobalNetworkPolicy']
    : ['NetworkPolicy', 'GlobalNetworkPolicy']
  return place(namespace === null ? global : scoped, namespace !== null, whole(name))
}

function place(kind: PolicyHitKind, isNamespaced: boolean, text: string): NamedPolicy | null {
  const slash = text.indexOf('/')
  if (isNamespaced !== (slash !== -1)) return null
  const namespace = isNamespaced ? text.slice(0, slash) : null
  const name = text.slice(slash + 1)
  return isName(name) && (namespace === null || isName(namespace)) ? { kind, namespace, name } : null
}

function isAction(text: string | undefined): text is PolicyHit['action'] {
  return text === 'allow' || text === 'deny' || text === 'pass'
}

function isTier(text: string): boolean {
  return text === PROFILE_TIER || isName(text)
}

/** A name as Kubernetes allows it: small letters, digits, `-` and `.`, a letter or digit at both ends. */
function isName(text: string): boolean {
  if (text.length === 0 || text.length > 253) return false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const isLetterOrDigit = (code >= 97 && code <= 122) || (code >= 48 && code <= 57)
    const isInside = index > 0 && index < text.length - 1
    if (!isLetterOrDigit && !(isInside && (code === DASH || code === DOT))) return false
  }
  return true
}

function wholeNumber(text: string): number | null {
  const digits = text.startsWith('-') ? text.slice(1) : text
  if (digits.length === 0 || digits.length > 9) return null
  for (let index = 0; index < digits.length; index++) {
    const code = digits.charCodeAt(index)
    if (code < 48 || code > 57) return null
  }
  return Number(text)
}

const DASH = 45
const DOT = 46
