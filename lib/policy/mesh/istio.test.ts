import { describe, expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aDeployment, aNamespace, aPod, aService } from '../../model/testing/objects'
import type { Assumptions } from '../assumptions'
import { compilePolicies } from '../engine'
import type { EvaluateAnswer } from '../types'

const MESHED = aNamespace({ name: 'shop', labels: { 'istio-injection': 'enabled' } })
const AMBIENT = aNamespace({ name: 'shop', labels: { 'istio.io/dataplane-mode': 'ambient' } })
const OUTSIDE = aNamespace({ name: 'legacy' })
const PODS = [
  aPod({ name: 'web', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', serviceAccount: 'web' }),
  aPod({ name: 'db', namespace: 'shop', labels: { app: 'db' }, ip: '10.0.0.2', serviceAccount: 'db' }),
  aPod({ name: 'old', namespace: 'legacy', labels: { app: 'old' }, ip: '10.0.1.1', serviceAccount: 'old' }),
]
/** Port 8080 speaks HTTP, 5432 does not, of all others nothing is known. */
const SERVICE = aService({
  name: 'db',
  namespace: 'shop',
  selector: { app: 'db' },
  ports: [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'tcp-sql', port: 5432 },
  ],
})

function policy(spec: object, metadata: object = {}): object {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'db', namespace: 'shop', ...metadata },
    spec: { selector: { matchLabels: { app: 'db' } }, ...spec },
  }
}

function peerAuthentication(namespace: string, name: string, spec: object, createdAt = '2026-01-01T00:00:00Z'): object {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name, namespace, creationTimestamp: createdAt },
    spec,
  }
}

type Setting = { readonly namespace?: object; readonly assumptions?: Partial<Assumptions>; readonly pods?: readonly object[] }

function engineOf(policies: readonly object[], { namespace = MESHED, pods = PODS, assumptions = {} }: Setting = {}) {
  return compilePolicies(aCluster([namespace, OUTSIDE, ...pods, SERVICE, ...policies]), { assumptions })
}

function ask(policies: readonly object[], from: string, port: number, setting: Setting = {}): EvaluateAnswer {
  return engineOf(policies, setting).evaluate({ from, to: 'shop/db', port, protocol: 'TCP' })
}

function words({ verdict, reason }: EvaluateAnswer): string {
  return reason === null ? verdict : `${verdict} ${reason}`
}

describe('AuthorizationPolicy', () => {
  const FROM_WEB = { from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }

  test('without any policy members are open, and the answer says who is a member', () => {
    const answer = ask([], 'shop/web', 8080)
    expect(answer.verdict).toBe('allowed')
    expect(answer.mesh).toMatchObject({ mesh: 'istio', dataplane: 'sidecar', verdict: 'allowed', by: [] })
    expect(answer.mesh?.client.identity).toBe('cluster.local/ns/shop/sa/web')
  })

  test('says nothing of a destination outside the mesh', () => {
    const engine = engineOf([policy({}, { namespace: 'legacy' })])
    expect(engine.evaluate({ from: 'shop/web', to: 'legacy/old', port: 80, protocol: 'TCP' })).toMatchObject({
      verdict: 'allowed',
      mesh: null,
    })
  })

  test('an ALLOW policy lets in what one of its rules names, and denies the rest', () => {
    const allow = policy({ rules: [FROM_WEB] })
    expect(words(ask([allow], 'shop/web', 5432))).toBe('allowed')
    const refused = ask([allow], 'legacy/old', 5432)
    expect(words(refused)).toBe('denied')
    expect(refused.mesh?.by).toEqual([
      {
        policy: 'AuthorizationPolicy:shop/db',
        rule: null,
        effect: 'isolates',
        detail: 'no-rule-selects-client',
        message: 'It limits who may connect, and no rule names this client.',
      },
    ])
  })

  test('an empty spec denies everything, one empty rule allows everything, DENY without rules denies nothing', () => {
    expect(words(ask([policy({})], 'shop/web', 8080))).toBe('denied')
    expect(words(ask([policy({ rules: [{}] })], 'legacy/old', 8080))).toBe('allowed')
    expect(words(ask([policy({ action: 'DENY' })], 'legacy/old', 8080))).toBe('allowed')
    expect(words(ask([policy({ action: 'DENY', rules: [{}] })], 'shop/web', 8080))).toBe('denied')
  })

  test('DENY comes before ALLOW', () => {
    const deny = policy({ action: 'DENY', rules: [{ to: [{ operation: { ports: ['5432'] } }] }] }, { name: 'no-sql' })
    const answer = ask([policy({ rules: [{}] }), deny], 'shop/web', 5432)
    expect(words(answer)).toBe('denied')
    expect(answer.mesh?.by).toMatchObject([{ policy: 'AuthorizationPolicy:shop/no-sql', rule: 'rules[0]', effect: 'deny' }])
    expect(words(ask([policy({ rules: [{}] }), deny], 'shop/web', 8080))).toBe('allowed')
  })

  test('CUSTOM leaves it to another program, AUDIT and dry runs leave it open', () => {
    const custom = policy({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [{ to: [{ operation: { ports: ['8080'] } }] }] })
    expect(words(ask([custom], 'shop/web', 8080))).toBe('unknown external-authorizer')
    expect(words(ask([custom], 'shop/web', 5432))).toBe('allowed')
    expect(words(ask([policy({ action: 'AUDIT', rules: [{}] })], 'shop/web', 8080))).toBe('allowed')
    const dry = ask([policy({}, { annotations: { 'istio.io/dry-run': 'true' } })], 'shop/web', 8080)
    expect(words(dry)).toBe('allowed')
    expect(dry.mesh?.notes).toMatchObject([{ code: 'dry-run', policies: ['AuthorizationPolicy:shop/db'] }])
  })

  test('on an HTTP port what a rule asks of requests leaves the answer open, and is shown', () => {
    const allow = policy({ rules: [{ ...FROM_WEB, to: [{ operation: { methods: ['GET'], notPaths: ['/admin*'] } }] }] })
    const answer = ask([allow], 'shop/web', 8080)
    expect(words(answer)).toBe('unknown l7-rule')
    expect(answer.mesh?.requests).toEqual([
      { policy: 'AuthorizationPolicy:shop/db', rule: 'rules[0]', effect: 'allow', conditions: ['methods: GET', 'not paths: /admin*'] },
    ])
    expect(words(ask([allow], 'legacy/old', 8080))).toBe('denied')
  })

  test('any method and any path are no restriction of requests', () => {
    expect(words(ask([policy({ rules: [{ to: [{ operation: { methods: ['*'], paths: ['*'] } }] }] })], 'shop/web', 8080))).toBe('allowed')
  })

  test('on a TCP port an ALLOW rule about requests never matches, a DENY rule grows by it', () => {
    const get = [{ to: [{ operation: { methods: ['GET'] } }] }]
    const allowed = ask([policy({ rules: get })], 'shop/web', 5432)
    expect(words(allowed)).toBe('denied')
    expect(allowed.mesh?.by[0]?.detail).toBe('http-rule-on-tcp')
    expect(words(ask([policy({ action: 'DENY', rules: get })], 'shop/web', 5432))).toBe('denied')
    const elsewhere = [{ to: [{ operation: { methods: ['GET'], ports: ['8080'] } }] }]
    expect(words(ask([policy({ action: 'DENY', rules: elsewhere })], 'shop/web', 5432))).toBe('allowed')
  })

  test('a port that nothing describes may speak HTTP or not', () => {
    const get = [{ to: [{ operation: { methods: ['GET'] } }] }]
    expect(words(ask([policy({ rules: get })], 'shop/web', 9999))).toBe('unknown l7-rule')
    expect(words(ask([policy({ rules: [FROM_WEB] })], 'shop/web', 9999))).toBe('allowed')
  })

  test('names fail for clients without a certificate, and their negation holds', () => {
    expect(words(ask([policy({ rules: [{ from: [{ source: { principals: ['*'] } }] }] })], 'legacy/old', 5432))).toBe('denied')
    expect(words(ask([policy({ rules: [{ from: [{ source: { notNamespaces: ['shop'] } }] }] })], 'legacy/old', 5432))).toBe('allowed')
    expect(words(ask([policy({ rules: [{ from: [{ source: { notNamespaces: ['shop'] } }] }] })], 'shop/web', 5432))).toBe('denied')
  })

  test.each([
    [{ principals: ['cluster.local/ns/shop/*'] }, 'allowed'],
    [{ principals: ['*/sa/web'] }, 'allowed'],
    [{ principals: ['*/sa/we'] }, 'denied'],
    [{ namespaces: ['sho*'] }, 'allowed'],
    [{ namespaces: ['hop'] }, 'denied'],
    [{ serviceAccounts: ['web'] }, 'allowed'],
    [{ serviceAccounts: ['shop/web'] }, 'allowed'],
    [{ serviceAccounts: ['legacy/web'] }, 'denied'],
    [{ ipBlocks: ['10.0.0.0/24'] }, 'allowed'],
    [{ ipBlocks: ['10.0.0.9'] }, 'denied'],
    [{ ipBlocks: ['10.0.0.0/8'], notIpBlocks: ['10.0.0.1'] }, 'denied'],
    [{ namespaces: ['shop'], ipBlocks: ['10.0.9.0/24'] }, 'denied'],
  ])('a source %j: %s', (source, verdict) => {
    expect(words(ask([policy({ rules: [{ from: [{ source }] }] })], 'shop/web', 5432))).toBe(verdict)
  })

  test.each([
    [{ key: 'source.namespace', values: ['shop'] }, 'allowed'],
    [{ key: 'source.principal', notValues: ['*/sa/web'] }, 'denied'],
    [{ key: 'source.ip', values: ['10.0.0.1'] }, 'allowed'],
    [{ key: 'destination.port', values: ['5432'] }, 'allowed'],
    [{ key: 'destination.port', notValues: ['5432'] }, 'denied'],
    [{ key: 'destination.ip', values: ['10.0.0.2/32'] }, 'allowed'],
    [{ key: 'request.headers[x-team]', values: ['a'] }, 'denied'],
    [{ key: 'connection.sni', values: ['a'] }, 'unknown l7-rule'],
  ])('a condition %j: %s', (condition, verdict) => {
    expect(words(ask([policy({ rules: [{ when: [condition] }] })], 'shop/web', 5432))).toBe(verdict)
  })

  test('a policy of the root namespace holds everywhere, one of another namespace nowhere else', () => {
    const root = { name: 'all', namespace: 'istio-system' }
    expect(words(ask([policy({ selector: undefined }, root)], 'shop/web', 8080))).toBe('denied')
    expect(words(ask([policy({}, root)], 'shop/web', 8080))).toBe('denied')
    expect(words(ask([policy({}, { namespace: 'legacy' })], 'shop/web', 8080))).toBe('allowed')
    const elsewhere = { assumptions: { istioRootNamespace: 'mesh' } }
    expect(words(ask([policy({}, root)], 'shop/web', 8080, elsewhere))).toBe('allowed')
  })

  test('policies attached to gateways and Services are not for a sidecar', () => {
    const attached = policy({ selector: undefined, targetRefs: [{ kind: 'Service', group: '', name: 'db' }] })
    expect(words(ask([attached], 'shop/web', 8080))).toBe('allowed')
  })

  test.each([
    [{ action: 'BLOCK' }, 'spec.action'],
    [{ rules: [{ from: [] }] }, 'spec.rules[0].from'],
    [{ rules: [{ from: [{ source: {} }] }] }, 'spec.rules[0].from[0].source'],
    [{ rules: [{ to: [{ operation: { ports: ['http'] } }] }] }, 'spec.rules[0].to[0].operation.ports'],
    [{ rules: [{ to: [{ operation: { port: ['80'] } }] }] }, 'spec.rules[0].to[0].operation.port'],
    [{ rules: [{ when: [{ key: 'source.pod', values: ['a'] }] }] }, 'spec.rules[0].when[0].key'],
    [{ rules: [{ from: [{ source: { ipBlocks: ['10.0.0.0/99'] } }] }] }, 'spec.rules[0].from[0].source.ipBlocks'],
    [{ rules: 'all' }, 'spec.rules'],
    [{ selector: { matchExpressions: [] } }, 'spec.selector.matchExpressions'],
  ])('what cannot be understood is a problem at its place and leaves the answer open: %j', (spec, place) => {
    const engine = engineOf([policy(spec)])
    expect(engine.problems.map(({ message }) => message)).toEqual([expect.stringContaining(`AuthorizationPolicy shop/db: ${place}`)])
    expect(words(engine.evaluate({ from: 'shop/web', to: 'shop/db', port: 8080, protocol: 'TCP' }))).toBe('unknown unsupported-policy')
    expect(words(engine.evaluate({ from: 'shop/db', to: 'shop/web', port: 8080, protocol: 'TCP' }))).toBe(
      'selector' in spec ? 'unknown unsupported-policy' : 'allowed',
    )
  })

  test('carries TCP only, and not what goes around the proxy', () => {
    const engine = engineOf([policy({})])
    const udp = engine.evaluate({ from: 'shop/web', to: 'shop/db', port: 53, protocol: 'UDP' })
    expect(udp).toMatchObject({ verdict: 'allowed', mesh: { exemption: 'not-tcp' } })
    const annotations = { 'traffic.sidecar.istio.io/excludeInboundPorts': '5432, 9000-9002' }
    const pods = [PODS[0] ?? {}, aPod({ name: 'db', namespace: 'shop', labels: { app: 'db' }, annotations })]
    expect(ask([policy({})], 'shop/web', 9001, { pods })).toMatchObject({ verdict: 'allowed', mesh: { exemption: 'excluded-port' } })
    expect(words(ask([policy({})], 'shop/web', 9003, { pods }))).toBe('denied')
  })

  test('the network and the mesh must both let it through', () => {
    const closed = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'closed', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'db' } } },
    }
    const answer = ask([closed, policy({ rules: [{}] })], 'shop/web', 8080)
    expect(answer).toMatchObject({ verdict: 'denied', ingress: { verdict: 'denied' }, mesh: { verdict: 'allowed' } })
  })

  test('the connectivity honours the mesh, with what it cannot tell', () => {
    const engine = engineOf([
      policy({
        rules: [{ ...FROM_WEB, to: [{ operation: { ports: ['5432'] } }] }, { to: [{ operation: { ports: ['8080'], paths: ['/x'] } }] }],
      }),
    ])
    const { connections, unknown } = engine.connectivity('pod', { external: false })
    const toDb = (rows: typeof connections) => rows.filter(({ dst }) => dst === 'shop/db')
    const open = { SCTP: [[1, 65535]], UDP: [[1, 65535]] }
    const proxy = [
      [15020, 15021],
      [15090, 15090],
    ]
    expect(toDb(connections)).toEqual([
      { src: 'legacy/old', dst: 'shop/db', conns: { ...open, TCP: proxy } },
      { src: 'shop/web', dst: 'shop/db', conns: { ...open, TCP: [[5432, 5432], ...proxy] } },
    ])
    expect(toDb(unknown)).toEqual([
      { src: 'legacy/old', dst: 'shop/db', conns: { TCP: [[8080, 8080]] }, reason: 'l7-rule' },
      { src: 'shop/web', dst: 'shop/db', conns: { TCP: [[8080, 8080]] }, reason: 'l7-rule' },
    ])
  })

  test('asking without a port splits where the mesh does', () => {
    const engine = engineOf([policy({ rules: [{ to: [{ operation: { ports: ['5432'] } }] }] })])
    const answer = engine.evaluate({ from: 'shop/web', to: 'shop/db', port: null, protocol: 'TCP' })
    expect(answer.verdict).toBe('partial')
    expect(answer.parts?.find(({ answer: part }) => part.verdict === 'allowed')?.ports).toEqual([
      [5432, 5432],
      [15020, 15021],
      [15090, 15090],
    ])
  })
})

describe('PeerAuthentication', () => {
  const strict = (namespace: string, name = 'strict') => peerAuthentication(namespace, name, { mtls: { mode: 'STRICT' } })

  test('STRICT refuses clients without a certificate, whatever AuthorizationPolicies say', () => {
    const answer = ask([strict('shop'), policy({ rules: [{}] })], 'legacy/old', 8080)
    expect(words(answer)).toBe('denied')
    expect(answer.mesh?.by).toMatchObject([{ policy: 'PeerAuthentication:shop/strict', effect: 'deny', detail: 'plain-text' }])
    expect(words(ask([strict('shop')], 'shop/web', 8080))).toBe('allowed')
    expect(words(ask([strict('shop')], 'ip:192.0.2.1', 8080))).toBe('denied')
  })

  test('the port counts before the pod, the namespace and the mesh, and UNSET inherits', () => {
    const onDb = (spec: object) => peerAuthentication('shop', 'db', { selector: { matchLabels: { app: 'db' } }, ...spec })
    const open = { mtls: { mode: 'PERMISSIVE' } }
    expect(words(ask([strict('istio-system')], 'legacy/old', 8080))).toBe('denied')
    expect(words(ask([strict('istio-system'), peerAuthentication('shop', 'ns', open)], 'legacy/old', 8080))).toBe('allowed')
    expect(words(ask([strict('istio-system'), peerAuthentication('shop', 'ns', {})], 'legacy/old', 8080))).toBe('denied')
    expect(words(ask([strict('shop'), onDb(open)], 'legacy/old', 8080))).toBe('allowed')
    const ports = onDb({ portLevelMtls: { 8080: { mode: 'PERMISSIVE' }, 5432: { mode: 'UNSET' } } })
    expect(words(ask([strict('shop'), ports], 'legacy/old', 8080))).toBe('allowed')
    expect(words(ask([strict('shop'), ports], 'legacy/old', 5432))).toBe('denied')
  })

  test('a selector in the root namespace does not reach other namespaces', () => {
    const spec = { selector: { matchLabels: { app: 'db' } }, mtls: { mode: 'STRICT' } }
    expect(words(ask([peerAuthentication('istio-system', 'db', spec)], 'legacy/old', 8080))).toBe('allowed')
  })

  test('the oldest of a level counts, and without ages nobody can tell', () => {
    const open = (createdAt: string) => peerAuthentication('shop', 'open', { mtls: { mode: 'PERMISSIVE' } }, createdAt)
    expect(words(ask([strict('shop'), open('2026-02-01T00:00:00Z')], 'legacy/old', 8080))).toBe('denied')
    expect(words(ask([strict('shop'), open('2025-02-01T00:00:00Z')], 'legacy/old', 8080))).toBe('allowed')
    expect(words(ask([strict('shop'), open('')], 'legacy/old', 8080))).toBe('unknown equal-priority')
  })

  test('DISABLE takes the names from clients', () => {
    const disable = peerAuthentication('shop', 'plain', { mtls: { mode: 'DISABLE' } })
    const named = policy({ rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] })
    expect(words(ask([named], 'shop/web', 8080))).toBe('allowed')
    expect(words(ask([named, disable], 'shop/web', 8080))).toBe('denied')
  })

  test('what cannot be understood leaves the answer of clients without a certificate open', () => {
    const broken = peerAuthentication('shop', 'odd', { mtls: { mode: 'MAYBE' } })
    expect(words(ask([broken], 'legacy/old', 8080))).toBe('unknown unsupported-policy')
    expect(words(ask([broken], 'shop/web', 8080))).toBe('allowed')
  })
})

describe('ambient', () => {
  const ambient = { namespace: AMBIENT }
  const get = (action: string, more: object = {}) => policy({ action, rules: [{ to: [{ operation: { methods: ['GET'], ...more } }] }] })

  test('the proxy of the machine drops ALLOW rules about requests, and DENY rules about nothing else', () => {
    expect(words(ask([get('ALLOW')], 'shop/web', 8080, ambient))).toBe('denied')
    expect(words(ask([get('DENY')], 'shop/web', 8080, ambient))).toBe('allowed')
    expect(words(ask([get('DENY', { ports: ['8080'] })], 'shop/web', 8080, ambient))).toBe('denied')
    const condition = { when: [{ key: 'request.headers[a]', values: ['b'] }], to: [{ operation: { ports: ['8080'] } }] }
    expect(words(ask([policy({ action: 'DENY', rules: [condition] })], 'shop/web', 8080, ambient))).toBe('allowed')
    expect(words(ask([policy({ action: 'DENY', rules: [{}] })], 'shop/web', 8080, ambient))).toBe('denied')
  })

  test('it does not know CUSTOM', () => {
    const custom = policy({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] })
    expect(words(ask([custom], 'shop/web', 8080, ambient))).toBe('allowed')
  })

  test('a waypoint may decide before it, for what is sent through it', () => {
    const namespace = aNamespace({ name: 'shop', labels: { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint' } })
    const attached = policy({
      selector: undefined,
      action: 'DENY',
      rules: [{}],
      targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'waypoint' }],
    })
    expect(words(ask([attached], 'shop/web', 8080, { namespace }))).toBe('unknown mesh-waypoint')
    expect(words(ask([attached], 'shop/web', 8080, ambient))).toBe('allowed')
    expect(words(ask([attached, policy({})], 'shop/web', 8080, { namespace }))).toBe('denied')
  })

  test('a network policy that lets in the port but not the tunnel is pointed out', () => {
    const networkPolicy = (port: number) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'db', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ ports: [{ port }] }] },
    })
    const blocked = ask([networkPolicy(8080)], 'shop/web', 8080, ambient)
    expect(blocked.mesh?.notes).toMatchObject([{ code: 'hbone-blocked', policies: ['NetworkPolicy:shop/db'] }])
    expect(ask([networkPolicy(15008)], 'shop/web', 8080, ambient).mesh?.notes).toMatchObject([{ code: 'hbone-not-asked' }])
    expect(ask([networkPolicy(8080)], 'legacy/old', 8080, ambient).mesh?.notes).toEqual([])
    expect(ask([networkPolicy(8080)], 'shop/web', 8080).mesh?.notes).toEqual([])
  })
})

describe('membership', () => {
  const allow = policy({ selector: undefined, rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] })
  const sidecar = (kind: 'containers' | 'initContainers', extra: object = {}) => ({
    containers: [{ name: 'app' }, ...(kind === 'containers' ? [{ name: 'istio-proxy' }] : [])],
    ...(kind === 'initContainers' ? { initContainers: [{ name: 'istio-proxy', restartPolicy: 'Always' }] } : {}),
    ...extra,
  })
  const evidence = (objects: readonly object[], to = 'shop/db') =>
    compilePolicies(aCluster([...objects, allow])).evaluate({ from: 'ip:192.0.2.1', to, port: 80, protocol: 'TCP' }).mesh?.destination

  test.each([
    ['a sidecar container', [OUTSIDE, aPod({ name: 'db', namespace: 'legacy', spec: sidecar('containers') })], 'yes'],
    ['a native sidecar', [OUTSIDE, aPod({ name: 'db', namespace: 'legacy', spec: sidecar('initContainers') })], 'yes'],
    ['a pod that asks for it', [OUTSIDE, aPod({ name: 'db', namespace: 'legacy', labels: { 'sidecar.istio.io/inject': 'true' } })], 'yes'],
    ['a pod that says no', [MESHED, aPod({ name: 'db', namespace: 'shop', labels: { 'sidecar.istio.io/inject': 'false' } })], undefined],
    [
      'a running pod without the proxy',
      [MESHED, aPod({ name: 'db', namespace: 'shop', extra: { metadata: { name: 'db', namespace: 'shop', uid: 'u' } } })],
      undefined,
    ],
    ['the network of the machine', [MESHED, aPod({ name: 'db', namespace: 'shop', hostNetwork: true })], undefined],
    ['a namespace that nobody describes', [aPod({ name: 'db', namespace: 'shop' })], 'perhaps'],
    ['a namespace that says nothing', [OUTSIDE, aPod({ name: 'db', namespace: 'legacy' })], undefined],
  ])('%s', (_, objects, isMember) => {
    const to = JSON.stringify(objects).includes('"namespace":"legacy"') ? 'legacy/db' : 'shop/db'
    expect(evidence(objects, to)?.isMember).toBe(isMember)
  })

  test('annotations of a pod template count', () => {
    const template = {
      metadata: { labels: { app: 'db' }, annotations: { 'sidecar.istio.io/inject': 'true' } },
      spec: { containers: [{ name: 'app' }] },
    }
    const objects = [OUTSIDE, aDeployment({ name: 'db', namespace: 'legacy', spec: { template } })]
    expect(evidence(objects, 'legacy/db[Deployment]')?.evidence).toBe('The pod asks with sidecar.istio.io/inject=true for a sidecar.')
  })

  test('where nobody can tell, only what holds either way is certain', () => {
    const pods = [aPod({ name: 'db', namespace: 'shop', labels: { app: 'db' } }), aPod({ name: 'web', namespace: 'shop' })]
    const engine = compilePolicies(aCluster([...pods, policy({ rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] })]))
    expect(words(engine.evaluate({ from: 'ip:192.0.2.1', to: 'shop/db', port: 80, protocol: 'TCP' }))).toBe('unknown mesh-membership')
    expect(words(engine.evaluate({ from: 'shop/db', to: 'shop/web', port: 80, protocol: 'TCP' }))).toBe('allowed')
  })
})
