import type { Condition, EndTerm } from '../end-term'
import { expressionWords } from './expression-words'
import { namedNamespaces, selectorWords } from './selector-words'

/** Where a peer can stand, as the condition is written: in the policy's own namespace, in the cluster, outside it, or anywhere. */
export type PeerPlace = 'namespace' | 'cluster' | 'outside' | 'anywhere'

/** What a peer names that is no pod, with the names that a filter can look for; none where it names them in another way. */
export type NamesBeyondPods = { readonly kind: 'addresses' | 'entities' | 'domains' | 'machines'; readonly values: readonly string[] }

/** `beyond` null: it names pods alone. */
export type PeerWords = { readonly place: PeerPlace; readonly words: string; readonly beyond: NamesBeyondPods | null }

/** The other end of a rule in words. `namespace` is the policy's own, null for a cluster-scoped one. */
export function peerWords(condition: Condition, namespace: string | null): PeerWords {
  if (condition.length === 0)
    return { place: 'anywhere', words: 'anyone, inside and outside the cluster', beyond: { kind: 'addresses', values: [] } }
  const terms = condition.map((term) => termWords(term, namespace))
  const place = PLACES.find((one) => terms.some((term) => term.place === one)) ?? 'anywhere'
  const home = `every pod of namespace ${namespace}`
  const distinct = [...new Set(terms.map(({ words }) => words))]
  const narrower = distinct.length > 1 ? distinct.filter((words) => words !== home) : distinct
  return {
    place,
    words: narrower.join(' and '),
    beyond: terms.find(({ beyond }) => beyond !== null)?.beyond ?? null,
  }
}

/** Of parts that must all hold the narrowest decides. */
const PLACES: readonly PeerPlace[] = ['namespace', 'cluster', 'outside', 'anywhere']

function termWords(term: EndTerm, namespace: string | null): PeerWords {
  switch (term.kind) {
    case 'pods':
      return podsWords(term, namespace)
    case 'addresses':
      return addressWords(term.text)
    case 'entities': {
      const entities = [...term.entities]
      const words = entities.map((entity) => ENTITIES.get(entity) ?? `entity ${entity}`).join(', ')
      return { place: placeOfEntities(entities), words, beyond: { kind: 'entities', values: entities } }
    }
    case 'nodes': {
      const labels = selectorWords(term.selector)
      return {
        place: 'cluster',
        words: labels === null ? 'every cluster node' : `cluster nodes with ${labels}`,
        beyond: { kind: 'machines', values: [] },
      }
    }
    case 'domains':
      return { place: 'outside', words: term.names.join(', '), beyond: { kind: 'domains', values: term.names } }
    case 'expression': {
      const { words, isOwnNamespace } = expressionWords(term, namespace)
      const place = isOwnNamespace ? 'namespace' : term.isNegated ? 'anywhere' : 'cluster'
      return { place, words, beyond: term.addresses === null ? null : { kind: 'addresses', values: [] } }
    }
  }
}

function podsWords(term: Extract<EndTerm, { kind: 'pods' }>, namespace: string | null): PeerWords {
  const labels = term.podSelector === null ? null : selectorWords(term.podSelector)
  const names =
    term.inNamespace !== null ? [term.inNamespace] : term.namespaceSelector === null ? null : namedNamespaces(term.namespaceSelector)
  const isOwn = namespace !== null && names?.length === 1 && names[0] === namespace
  const place: PeerPlace = isOwn ? 'namespace' : 'cluster'
  const where =
    names === null ? namespacesWords(term) : names.length === 1 ? `of namespace ${names[0]}` : `of the namespaces ${names.join(', ')}`
  if (labels === null) return { place, words: `every pod ${where}`, beyond: null }
  return { place, words: isOwn ? labels : `${labels} ${where}`, beyond: null }
}

function namespacesWords({ namespaceSelector, podSelector }: Extract<EndTerm, { kind: 'pods' }>): string {
  const labels = namespaceSelector === null ? null : selectorWords(namespaceSelector)
  if (labels !== null) return `of namespaces with ${labels}`
  return podSelector !== null && selectorWords(podSelector) !== null ? 'in any namespace' : 'of the cluster'
}

/** Addresses as they are written, without the name of the field that they stand in. */
function addressWords(text: string): PeerWords {
  if (/^IPv[46]$/.test(text)) return { place: 'anywhere', words: text, beyond: null }
  const plain = text.replace(/^(ipBlock|networks|nets|CIDR|(from|to)CIDR) /, '')
  const [wanted = plain] = plain.split(' except ')
  const values = wanted.split(', ').filter((value) => /^[0-9a-f.:]+(\/[0-9]+)?$/i.test(value))
  const whole = WHOLE.get(wanted)
  return {
    place: 'outside',
    words: whole === undefined ? plain : plain.replace(wanted, `${whole} (${wanted})`),
    beyond: { kind: 'addresses', values },
  }
}

const WHOLE: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0/0', 'any IPv4 address'],
  ['::/0', 'any IPv6 address'],
])

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['all', 'anyone, inside and outside the cluster'],
  ['world', 'everything outside the cluster (world)'],
  ['world-ipv4', 'everything outside the cluster over IPv4 (world-ipv4)'],
  ['world-ipv6', 'everything outside the cluster over IPv6 (world-ipv6)'],
  ['cluster', 'everything in the cluster'],
  ['cluster-mesh', 'everything in the connected clusters'],
  ['host', 'the machine it runs on (host)'],
  ['remote-node', 'the other machines of the cluster (remote-node)'],
  ['kube-apiserver', 'the Kubernetes API (kube-apiserver)'],
  ['ingress', "Cilium's own ingress proxies"],
  ['health', "Cilium's health checks"],
])

function placeOfEntities(entities: readonly string[]): PeerPlace {
  const isOutside = (entity: string): boolean => entity.startsWith('world')
  if (entities.includes('all')) return 'anywhere'
  if (entities.every(isOutside)) return 'outside'
  return entities.some(isOutside) ? 'anywhere' : 'cluster'
}
