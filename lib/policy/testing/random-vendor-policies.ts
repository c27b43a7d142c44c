import fc from 'fast-check'
import { port, selector } from './random-clusters'

const calicoEntity = fc.record(
  {
    selector: fc.constantFrom("app == 'web'", "app == 'gone'", "app == 'outside'", 'has(team)', "!has(app) || toString != 'db'", 'all()'),
    notSelector: fc.constantFrom("app == 'db'", "app == 'outside'", "team in {'a', ''}"),
    namespaceSelector: fc.constantFrom("team == 'a'", 'all()', 'global()'),
    nets: fc.constantFrom(['10.0.0.0/30'], ['fd00::/127', '0.0.0.0/0']),
    notNets: fc.constantFrom(['10.0.0.1/32'], ['0.0.0.0/0']),
  },
  { requiredKeys: [] },
)

const calicoRule = fc
  .record({
    action: fc.constantFrom('Allow', 'Allow', 'Deny', 'Pass', 'Log'),
    source: calicoEntity,
    destination: calicoEntity,
    ports: fc.constantFrom<object>(
      {},
      { protocol: 'ICMP' },
      { protocol: 'TCP', ports: [80] },
      { protocol: 'UDP', ports: ['53:8079', 'http'] },
      { protocol: 'TCP', notPorts: [80, 'dns'] },
    ),
  })
  .map(({ action, source, destination, ports }) => {
    const { protocol, ...list } = ports as { readonly protocol?: string }
    return { action, source, destination: { ...destination, ...list }, ...(protocol === undefined ? {} : { protocol }) }
  })

/** Calico policies of a few tiers, one of which does not exist, and a set of networks. */
export const calicoPolicies: fc.Arbitrary<readonly object[]> = fc
  .array(
    fc.record({
      order: fc.constantFrom(1, 5, 2000),
      tier: fc.constantFrom('default', 'early', 'nowhere'),
      selector: fc.constantFrom('all()', "app == 'web'", "app == 'gone'", 'has(team)'),
      types: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
      ingress: fc.array(calicoRule, { maxLength: 3 }),
      egress: fc.array(calicoRule, { maxLength: 3 }),
    }),
    { maxLength: 4 },
  )
  .map((specs) => [
    { apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata: { name: 'early' }, spec: { order: 10, defaultAction: 'Pass' } },
    {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkSet',
      metadata: { name: 'outside', labels: { app: 'outside' } },
      spec: { nets: ['192.0.2.0/25', '10.0.0.2/32', 'fd00::/126'] },
    },
    ...specs.map((spec, index) => ({
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: `g${index}` },
      spec,
    })),
  ])

const ciliumRule = (prefix: 'from' | 'to'): fc.Arbitrary<object> =>
  fc
    .record({
      peers: fc.oneof(
        fc.array(selector, { maxLength: 2 }).map((selectors) => ({ [`${prefix}Endpoints`]: selectors })),
        fc.constantFrom('all', 'world', 'cluster', 'host', 'none').map((entity) => ({ [`${prefix}Entities`]: [entity] })),
        fc.constant({ [`${prefix}CIDR`]: ['10.0.0.0/30'] }),
        fc.constant({}),
      ),
      ports: fc.array(fc.array(port, { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
    })
    .map(({ peers, ports }) => ({
      ...peers,
      ...(ports.length > 0 && {
        toPorts: ports.map((list) => ({ ports: list.map(({ port: asked = 0, ...rest }) => ({ ...rest, port: String(asked) })) })),
      }),
    }))

/** Cilium policies, some with several specs. */
export const ciliumPolicies: fc.Arbitrary<readonly object[]> = fc
  .array(
    fc.record(
      {
        ingress: fc.array(ciliumRule('from'), { maxLength: 2 }),
        ingressDeny: fc.array(ciliumRule('from'), { maxLength: 1 }),
        egress: fc.array(ciliumRule('to'), { maxLength: 2 }),
        egressDeny: fc.array(ciliumRule('to'), { maxLength: 1 }),
        enableDefaultDeny: fc.constantFrom({ ingress: false }, { egress: false }),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 4 },
  )
  .map((specs) =>
    specs.map((spec, index) => ({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: `c${index}`, namespace: index % 2 === 0 ? 'shop' : 'pay' },
      ...(index === 2
        ? {
            specs: [
              { endpointSelector: {}, ...spec },
              { endpointSelector: {}, ingress: [{}] },
            ],
          }
        : { spec: { endpointSelector: {}, ...spec } }),
    })),
  )
