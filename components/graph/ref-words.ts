/** A contract name taken apart for readers. */
export type RefWords = { readonly namespace: string | null; readonly name: string; readonly kind: string }

const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ['ip', 'address'],
  ['cidr', 'range'],
  ['dns', 'name outside'],
  ['entity', 'entity'],
])

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['world', 'the Internet'],
  ['host', 'the machine it runs on'],
  ['remote-node', 'another machine of the cluster'],
  ['kube-apiserver', 'the Kubernetes API'],
  ['unknown', 'someone unknown'],
])

/** Reads a contract name: workload, pod, service, address, range, entity, name, or a namespace. */
export function refWords(ref: string): RefWords {
  const colon = ref.indexOf(':')
  const prefix = colon < 0 ? '' : ref.slice(0, colon)
  const rest = ref.slice(colon + 1)
  if (prefix === 'svc') return { ...split(rest), kind: 'Service' }
  if (prefix === 'entity') return { namespace: null, name: ENTITIES.get(rest) ?? rest, kind: 'entity' }
  const outside = OUTSIDE.get(prefix)
  if (outside !== undefined) return { namespace: null, name: rest, kind: outside }
  const workload = /^([^/]+)\/(.*)\[([^[\]]+)\]$/.exec(ref)
  if (workload) return { namespace: workload[1] ?? null, name: workload[2] ?? ref, kind: workload[3] ?? 'Workload' }
  if (prefix !== '') return { ...split(rest), kind: prefix }
  return ref.includes('/') ? { ...split(ref), kind: 'Pod' } : { namespace: null, name: ref, kind: 'Namespace' }
}

function split(text: string): { readonly namespace: string | null; readonly name: string } {
  const slash = text.indexOf('/')
  return slash < 0 ? { namespace: null, name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) }
}

/** `shop/cart`, as it stands in a sentence. */
export function plainName(ref: string): string {
  const { namespace, name } = refWords(ref)
  return namespace === null ? name : `${namespace}/${name}`
}
