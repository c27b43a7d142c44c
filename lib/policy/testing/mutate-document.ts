import fc from 'fast-check'

/** One change of a document at a place that the numbers pick. */
export type Mutation = { readonly place: readonly number[]; readonly change: Change }

type Change =
  | { readonly kind: 'replace'; readonly value: unknown }
  | { readonly kind: 'remove' | 'repeat' | 'wrap' }
  | { readonly kind: 'rename'; readonly key: string }

const NAMES = [
  ...['spec', 'specs', 'from', 'to', 'ports', 'podSelector', 'namespaceSelector', 'ipBlock', 'cidr', 'except', 'matchLabels'],
  ...['matchExpressions', 'operator', 'values', 'subject', 'namespaces', 'pods', 'networks', 'nodes', 'domainNames', 'action', 'tier'],
  ...['priority', 'protocols', 'toPorts', 'rules', 'fromEndpoints', 'toEntities', 'fromCIDRSet', 'toFQDNs', 'icmps', 'nodeSelector'],
  ...['selector', 'order', 'types', 'source', 'destination', 'nets', 'notSelector', 'services', 'http', '__proto__', 'constructor', ''],
]
const LEAVES: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    80,
    65_536,
    1.5,
    1e308,
    '',
    '80',
    '0',
    'http',
    'TCP',
    'ICMP',
    'Pass',
    'Deny',
    'In',
    'Exists',
    '10.0.0.0/8',
    '::/0',
  ],
  ...['10.0.0.0/33', '300.1.1.1', "a == 'b'", '!(((has(a))))', 'reserved:world', 'all', [], {}, [[]], [null], { matchLabels: { a: 1 } }],
]

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...LEAVES).map((value) => ({ kind: 'replace' as const, value })) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }).map((value) => ({ kind: 'replace' as const, value })) },
  { weight: 3, arbitrary: fc.constantFrom('remove', 'repeat', 'wrap').map((kind) => ({ kind })) },
  { weight: 3, arbitrary: fc.constantFrom(...NAMES).map((key) => ({ kind: 'rename' as const, key })) },
)

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({ place: fc.array(fc.nat(9), { minLength: 1, maxLength: 7 }), change }),
  { minLength: 1, maxLength: 3 },
)

/** The document with all changes, one after the other. */
export function mutate(document: unknown, all: readonly Mutation[]): unknown {
  return all.reduce<unknown>((value, { place, change }) => at(value, place, change), document)
}

function at(value: unknown, [step, ...rest]: readonly number[], change: Change): unknown {
  if (typeof value !== 'object' || value === null || step === undefined) return apply(value, change)
  const keys = Object.keys(value)
  const key = keys[step % Math.max(keys.length, 1)]
  if (key === undefined) return apply(value, change)
  if (rest.length > 0) return withField(value, key, at((value as Record<string, unknown>)[key], rest, change))
  if (change.kind === 'remove') return Array.isArray(value) ? value.toSpliced(Number(key), 1) : withoutField(value, key)
  if (change.kind === 'repeat' && Array.isArray(value)) return [...value, value[Number(key)]]
  if (change.kind === 'rename' && !Array.isArray(value)) {
    return {
      ...withoutField(value, key),
      ...JSON.parse(`{${JSON.stringify(change.key)}:null}`),
      [change.key]: (value as Record<string, unknown>)[key],
    }
  }
  return withField(value, key, apply((value as Record<string, unknown>)[key], change))
}

function apply(value: unknown, change: Change): unknown {
  if (change.kind === 'replace') return change.value
  return change.kind === 'wrap' ? [value] : value
}

function withField(holder: object, key: string, value: unknown): unknown {
  if (Array.isArray(holder)) return holder.toSpliced(Number(key), 1, value)
  return Object.fromEntries(Object.entries(holder).map(([name, old]) => [name, name === key ? value : old]))
}

function withoutField(holder: object, key: string): object {
  return Object.fromEntries(Object.entries(holder).filter(([name]) => name !== key))
}
