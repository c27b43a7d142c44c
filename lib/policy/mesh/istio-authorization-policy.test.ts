import { describe, expect, test } from 'vitest'
import { aPod } from '../../model/testing/objects'
import { ask, engineOf, PODS, policy, words } from './testing/istio-shop'

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
