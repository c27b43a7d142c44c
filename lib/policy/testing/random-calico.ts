import fc from 'fast-check'
import type { CalicoEntity, CalicoPod, CalicoRule, CalicoWorld, NaiveCalicoPolicy } from './naive-calico-world'
import type { NaivePolicy, NaivePort, NaiveSelector } from './naive-network-policy'
import type { NaiveClusterPeer, NaiveClusterPolicy } from './naive-tiers'

/** Random clusters with Calico policies of every kind, and the same clusters as documents. */

const NAMESPACES = {
  shop: { 'kubernetes.io/metadata.name': 'shop', team: 'a' },
  pay: { 'kubernetes.io/metadata.name': 'pay', team: 'b' },
} as const
const ACCOUNTS = { default: {}, robot: { team: 'a' } } as const

// Names that collide with what every JavaScript object has, because they are valid label keys.
const KEYS = ['app', 'toString', 'team'] as const
const VALUES = ['web', 'db', 'a', ''] as const
const key = fc.constantFrom(...KEYS)
const value = fc.constantFrom(...VALUES)
const labels = fc.dictionary(key, value, { maxKeys: 2, noNullPrototype: true })
const namespace = fc.constantFrom('shop', 'pay')

const comparison = fc.oneof(
  fc.tuple(key, fc.constantFrom('==', '!=', ' contains ', ' starts with ', 'ends with'), value).map(([k, operator, v]) => {
    return `${k}${operator.startsWith('e') ? ' ' : ''}${operator}${v === 'web' ? `"${v}"` : `'${v}'`}`
  }),
  fc
    .tuple(key, fc.constantFrom('in', 'not in', 'notin'), fc.array(value, { maxLength: 2 }))
    .map(([k, operator, list]) => `${k} ${operator} {${list.map((v) => `'${v}'`).join(',')}}`),
  key.map((k) => `has(${k})`),
  fc.constant('all()'),
)
const selector = fc.oneof(
  { weight: 4, arbitrary: comparison },
  { weight: 1, arbitrary: comparison.map((inner) => `!(${inner})`) },
  { weight: 1, arbitrary: fc.tuple(comparison, comparison).map((both) => both.join(' && ')) },
  { weight: 1, arbitrary: fc.tuple(comparison, comparison, comparison).map(([a, b, c]) => `${a} || !${b.replace(/^/, '(')}) && ${c}`) },
)
const namespaceSelector = fc.oneof(
  fc.constantFrom("team == 'a'", "team != 'a'", "projectcalico.org/name == 'shop'", 'has(team)', 'all()', 'global()'),
)
const accountSelector = fc.constantFrom("team == 'a'", "projectcalico.org/name != 'robot'", 'has(team)')

const nets4 = ['10.0.0.0/30', '10.0.0.2/32', '10.0.0.0/8', '192.0.2.0/25', '0.0.0.0/0'] as const
const nets6 = ['fd00::/126', 'fd00::2/128', '::/0'] as const
const nets = fc.uniqueArray(fc.constantFrom(...nets4, ...nets6), { minLength: 1, maxLength: 3 })

const portName = fc.constantFrom('http', 'dns')
const portItem = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<number | string>(53, 80, '53:79', '80:8080', '0:65535', '81') },
  { weight: 2, arbitrary: portName },
)
const ports = fc.array(portItem, { maxLength: 2 })

const entity = fc.record<CalicoEntity>(
  {
    selector,
    notSelector: selector,
    namespaceSelector,
    serviceAccounts: fc.oneof(
      fc.constant({}),
      fc.constant({ names: ['robot'] }),
      accountSelector.map((one) => ({ selector: one })),
      accountSelector.map((one) => ({ names: ['robot', 'nobody'], selector: one })),
    ),
    nets,
    notNets: nets,
  },
  { requiredKeys: [] },
)
/** Most fields are left out most of the time, so that rules match something. */
const rareEntity = fc.oneof(
  { weight: 4, arbitrary: fc.constant<CalicoEntity>({}) },
  {
    weight: 6,
    arbitrary: fc.tuple(entity, fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 2 })).map(([whole, kept]): CalicoEntity => {
      const names = ['selector', 'notSelector', 'namespaceSelector', 'serviceAccounts', 'nets', 'notNets'] as const
      return Object.fromEntries(Object.entries(whole).filter(([name]) => kept.some((index) => names[index] === name)))
    }),
  },
)
const services = fc.constantFrom({ name: 'web', namespace: 'shop' }, { name: 'nobody', namespace: 'pay' })
const protocolFields = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom<object>({ protocol: 'TCP' }, { protocol: 'UDP' }, { protocol: 6 }, { protocol: 'SCTP' }, { protocol: 132 }),
  },
  { weight: 1, arbitrary: fc.constantFrom<object>({ protocol: 'ICMP' }, { notProtocol: 'TCP' }, { notProtocol: 17 }) },
  { weight: 2, arbitrary: fc.constant<object>({}) },
)

const rule = (direction: 'ingress' | 'egress'): fc.Arbitrary<CalicoRule> =>
  fc
    .record({
      action: fc.constantFrom('Allow', 'Allow', 'Deny', 'Deny', 'Pass', 'Log'),
      protocols: protocolFields,
      source: rareEntity,
      destination: rareEntity,
      ports: fc.oneof(
        { weight: 3, arbitrary: fc.constant({}) },
        { weight: 4, arbitrary: fc.record({ ports, notPorts: ports }, { requiredKeys: [] }) },
      ),
      sourcePorts: fc.oneof(
        { weight: 14, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.constantFrom({ ports: [80] }, { notPorts: ['0:65535'] }) },
      ),
      services: fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: services }),
      ipVersion: fc.constantFrom(null, null, null, null, 4, 6),
    })
    .map(({ action, protocols, source, destination, ports: listed, sourcePorts, services: named, ipVersion }): CalicoRule => {
      const hasPorts = 'protocol' in protocols && protocols.protocol !== 'ICMP'
      const isService = named !== null
      const own = { source: isService && direction === 'ingress' ? { services: named } : { ...source, ...(hasPorts ? sourcePorts : {}) } }
      const other = {
        destination: isService && direction === 'egress' ? { services: named } : { ...destination, ...(hasPorts ? listed : {}) },
      }
      return { action, ...protocols, ...own, ...other, ...(ipVersion === null ? {} : { ipVersion }) }
    })

const calicoPolicy = fc
  .record({
    namespace: fc.oneof(namespace, fc.constant(null)),
    spec: fc.record(
      {
        tier: fc.constantFrom('default', 'default', 'default', 'early', 'late', 'nowhere', 'kube-admin'),
        order: fc.constantFrom(1, 5, 5, 5, 1000, 2000, -1.5),
        selector: fc.oneof({ weight: 3, arbitrary: fc.constant('all()') }, { weight: 2, arbitrary: selector }),
        namespaceSelector,
        serviceAccountSelector: accountSelector,
        types: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress'], []),
        ingress: fc.array(rule('ingress'), { maxLength: 3 }),
        egress: fc.array(rule('egress'), { maxLength: 3 }),
        doNotTrack: fc.constantFrom(false, false, false, false, true),
      },
      { requiredKeys: ['selector', 'ingress'] },
    ),
    name: fc.constantFrom('p', 'q', 'r'),
    keepsNamespaces: fc.integer({ min: 0, max: 3 }),
    keepsAccounts: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ namespace: home, spec, name, keepsNamespaces, keepsAccounts }): NaiveCalicoPolicy => {
    const { namespaceSelector: namespaces, serviceAccountSelector: accounts, doNotTrack, ...rest } = spec
    return {
      name,
      namespace: home,
      spec: {
        ...rest,
        ...(home === null && namespaces !== undefined && keepsNamespaces === 0 ? { namespaceSelector: namespaces } : {}),
        ...(accounts !== undefined && keepsAccounts === 0 ? { serviceAccountSelector: accounts } : {}),
        ...(home === null && doNotTrack === true ? { doNotTrack, applyOnForward: true } : {}),
      },
    }
  })

const kubernetesSelector: fc.Arbitrary<NaiveSelector> = fc.oneof(fc.constant({}), fc.record({ matchLabels: labels }))
const kubernetesPort: fc.Arbitrary<NaivePort> = fc.oneof(
  fc.record({ port: fc.constantFrom<number | string>(53, 80, 'http'), protocol: fc.constantFrom('TCP', 'UDP') }),
  fc.constant({ protocol: 'TCP', port: 80, endPort: 8080 }),
)
const peer = fc.oneof(
  fc.record({ podSelector: kubernetesSelector }),
  fc.record({ namespaceSelector: kubernetesSelector, podSelector: kubernetesSelector }),
  fc.constant({ ipBlock: { cidr: '10.0.0.0/30', except: ['10.0.0.2/32'] } }),
)
const kubernetesPolicy: fc.Arbitrary<NaivePolicy> = fc.record({
  namespace,
  spec: fc.record(
    {
      podSelector: kubernetesSelector,
      ingress: fc.array(fc.record({ from: fc.array(peer, { maxLength: 2 }), ports: fc.array(kubernetesPort, { maxLength: 2 }) }), {
        maxLength: 2,
      }),
      egress: fc.array(fc.record({ to: fc.array(peer, { maxLength: 2 }), ports: fc.array(kubernetesPort, { maxLength: 2 }) }), {
        maxLength: 2,
      }),
    },
    { requiredKeys: [] },
  ),
})

const clusterPeer = fc
  .record({ namespaceSelector: kubernetesSelector, podSelector: kubernetesSelector })
  .map((pods): NaiveClusterPeer => ({ pods }))
const clusterRule = fc.record({
  action: fc.constantFrom<'Accept' | 'Deny' | 'Pass'>('Accept', 'Deny', 'Pass'),
  peers: fc.array(clusterPeer, { minLength: 1, maxLength: 2 }),
  ports: fc.array(kubernetesPort, { maxLength: 1 }),
})
/** Priorities differ or not: Calico has an order either way. */
const clusterPolicy: fc.Arbitrary<NaiveClusterPolicy> = fc.record({
  tier: fc.constantFrom<'Admin' | 'Baseline'>('Admin', 'Baseline'),
  priority: fc.constantFrom(0, 3, 3, 1000),
  subject: clusterPeer,
  ingress: fc.array(clusterRule, { maxLength: 2 }),
  egress: fc.array(clusterRule, { maxLength: 2 }),
})

const pod = fc.record({
  namespace,
  labels,
  serviceAccount: fc.constantFrom('default' as const, 'robot' as const),
  families: fc.constantFrom('4', '4', '46', '6'),
  ports: fc.uniqueArray(fc.record({ name: portName, port: fc.constantFrom(53, 80, 8080), protocol: fc.constantFrom('TCP', 'UDP') }), {
    maxLength: 2,
    selector: ({ port, protocol }) => `${port}${protocol}`,
  }),
})

const profileRule = fc.record({
  action: fc.constantFrom('Allow', 'Deny', 'Log'),
  source: fc.oneof(
    fc.constant({}),
    selector.map((one) => ({ selector: one })),
  ),
})

export const randomCalicoWorld: fc.Arbitrary<CalicoWorld> = fc
  .record({
    pods: fc.array(pod, { minLength: 2, maxLength: 4 }),
    early: fc.record({ order: fc.constantFrom(10, 1000, 2_000_000), defaultAction: fc.constantFrom('Pass', 'Deny') }, { requiredKeys: [] }),
    late: fc.record({ order: fc.constantFrom(20, 1000) }, { requiredKeys: [] }),
    policies: fc.oneof(
      // A policy that stands alone shows what its rules do.
      { weight: 3, arbitrary: fc.array(calicoPolicy, { minLength: 1, maxLength: 1 }) },
      { weight: 2, arbitrary: fc.uniqueArray(calicoPolicy, { maxLength: 5, selector: ({ name, namespace: home }) => `${name} ${home}` }) },
    ),
    kubernetes: fc.oneof(fc.constant([]), fc.array(kubernetesPolicy, { maxLength: 2 })),
    cluster: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(clusterPolicy, { maxLength: 3 }) }),
    sets: fc.array(fc.record({ namespace: fc.oneof(namespace, fc.constant(null)), labels, nets }), { maxLength: 2 }),
    profile: fc.option(
      fc.record({
        labelsToApply: labels,
        ingress: fc.array(profileRule, { maxLength: 2 }),
        egress: fc.array(profileRule, { maxLength: 2 }),
      }),
    ),
    servicePorts: fc.constantFrom([80, 80], [80, 8080]),
  })
  .map(({ pods: shapes, early, late, policies, kubernetes, cluster, sets, profile, servicePorts }): CalicoWorld => {
    const pods = shapes.map(({ families, ...shape }, index): CalicoPod => {
      const ips = [...(families.includes('4') ? [`10.0.0.${index + 1}`] : []), ...(families.includes('6') ? [`fd00::${index + 1}`] : [])]
      return {
        kind: 'pod',
        name: `pod-${index}`,
        namespaceLabels: NAMESPACES[shape.namespace],
        serviceAccountLabels: ACCOUNTS[shape.serviceAccount],
        ips,
        ...shape,
      }
    })
    return {
      pods,
      tiers: [
        { name: 'early', ...early },
        { name: 'late', ...late },
      ],
      policies,
      kubernetes,
      cluster,
      sets: sets.map((set, index) => ({
        ...set,
        name: `set-${index}`,
        namespaceLabels: set.namespace === null ? {} : NAMESPACES[set.namespace],
      })),
      profiles: profile === null ? [] : [{ name: 'kns.shop', ...profile }],
      services: [
        {
          namespace: 'shop',
          name: 'web',
          endpoints: [pods[0]?.ips[0] ?? '10.0.0.1', '192.0.2.1'].map((ip, index) => ({
            ip,
            port: servicePorts[index] ?? 80,
            protocol: 'TCP',
          })),
        },
      ],
    }
  })
