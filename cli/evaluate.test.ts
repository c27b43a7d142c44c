import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { aPolicy, PODS, ShopWorkspace } from './testing/shop-workspace'

const workspace = new ShopWorkspace()
afterAll(() => workspace.remove())

const fromWeb = ['--from', 'shop/web', '--to', 'shop/cart', '--port']

test('one question: the verdict, both sides, the rule, and the exit code', async () => {
  const allowed = await workspace.run('evaluate', '--manifests', workspace.shop(), ...fromWeb, '80')
  expect(allowed.exitCode).toBe(0)
  expect(allowed.stdout).toContain('ALLOWED  shop/web → shop/cart  TCP 80\n')
  expect(allowed.stdout).toContain('NetworkPolicy:shop/cart ingress[0]')
  const denied = await workspace.run('evaluate', '--manifests', workspace.shop(), ...fromWeb, '81', '--protocol', 'tcp', '--explain')
  expect(denied.exitCode).toBe(1)
  expect(denied.stdout).toContain('isolates  NetworkPolicy:shop/cart  a rule names the other end, but not this port')
  expect(denied.stdout).toContain('near miss: NetworkPolicy:shop/cart ingress[0]: ')
})

test('as JSON it is a document of the contract', async () => {
  const { stdout } = await workspace.run('evaluate', '--manifests', workspace.shop(), ...fromWeb, '81', '-o', 'json')
  expect(JSON.parse(stdout)).toMatchObject({
    apiVersion: 'sluice/v1',
    kind: 'Evaluation',
    id: null,
    from: 'shop/web',
    to: 'shop/cart',
    port: 81,
    protocol: 'TCP',
    verdict: 'denied',
    egress: { verdict: 'allowed', isolated: false, by: [] },
    ingress: {
      verdict: 'denied',
      isolated: true,
      by: [{ policy: 'NetworkPolicy:shop/cart', rule: null, effect: 'isolates', detail: 'rule-selects-peer-but-not-ports' }],
    },
    reason: null,
  })
})

test('many questions: answers in order, exactly as the contract has them, broken lines lose nothing else', async () => {
  const queries = workspace.file(
    'queries.ndjson',
    [
      '{"id": "q1", "from": "shop/web", "to": "shop/cart", "port": 80}',
      '{"id": "q2", "from": "shop/web", "to": "shop/cart", "port": 0}',
      '',
      'nonsense',
      '{"id": 4, "from": "dev/shell", "to": "shop/cart", "port": 80, "protocol": "TCP", "why": "?"}',
    ].join('\n'),
  )
  const { exitCode, stdout, stderr } = await workspace.run('evaluate', '--manifests', workspace.shop(), '--queries', queries)
  expect(exitCode).toBe(3)
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    {
      id: 'q1',
      verdict: 'allowed',
      egress: { verdict: 'allowed', isolated: false, by: [] },
      ingress: {
        verdict: 'allowed',
        isolated: true,
        by: [{ policy: 'NetworkPolicy:shop/cart', rule: 'ingress[0]', effect: 'allow', detail: null }],
      },
      reason: null,
    },
    { id: 'q2', error: 'port: must be a whole number from 1 to 65535' },
    { id: null, error: 'this line is not JSON' },
    {
      id: 4,
      verdict: 'denied',
      egress: { verdict: 'allowed', isolated: false, by: [] },
      ingress: {
        verdict: 'denied',
        isolated: true,
        by: [{ policy: 'NetworkPolicy:shop/cart', rule: null, effect: 'isolates', detail: 'no-rule-selects-peer' }],
      },
      reason: null,
    },
  ])
  expect(stderr.split('\n')).toEqual([
    `${queries}:2:1: port: must be a whole number from 1 to 65535`,
    `${queries}:4:1: this line is not JSON`,
    `${queries}:1:1: warning: unknown fields are ignored: "why" (1)`,
    '',
  ])
})

test('without broken lines the exit code says whether everything is allowed', async () => {
  const ask = async (port: number) => {
    const queries = workspace.file(`q${port}.ndjson`, `{"id": "a", "from": "shop/web", "to": "shop/cart", "port": ${port}}`)
    return (await workspace.run('evaluate', '--manifests', workspace.shop(), '--queries', queries)).exitCode
  }
  expect([await ask(80), await ask(81)]).toEqual([0, 1])
  expect(
    (await workspace.run('evaluate', '--manifests', workspace.shop(), '--queries', join(workspace.folder, 'absent.ndjson'))).exitCode,
  ).toBe(3)
})

test('a Service is answered by endpoint, explained with a trace of both sides', async () => {
  const service = `---\napiVersion: v1\nkind: Service\nmetadata: { name: cart, namespace: shop }\nspec: { selector: { app: cart }, ports: [{ port: 8080, targetPort: 80 }] }\n`
  const path = workspace.file('service.yaml', PODS + aPolicy('web', 80) + service)
  const args = ['--from', 'shop/web', '--to', 'svc:shop/cart', '--port', '8080', '--explain', '-o', 'json']
  const { stdout } = await workspace.run('evaluate', '--manifests', path, ...args)
  const answer = JSON.parse(stdout)
  const traced = {
    egress: { enforced: [], pending: [] },
    ingress: {
      enforced: [{ tier: 'NetworkPolicy', kind: 'NetworkPolicy', policy: 'shop/cart', action: 'allow', rule: 0 }],
      pending: expect.any(Array),
    },
  }
  expect(answer.endpoints).toMatchObject([{ ref: 'shop/cart', port: 80, verdict: 'allowed', trace: traced }])
  expect(answer.trace).toEqual(answer.endpoints[0].trace)
  const byWorkload = JSON.parse((await workspace.run('evaluate', '--manifests', path, ...args, '--level', 'workload')).stdout)
  expect(byWorkload.endpoints[0].ref).toBe('shop/cart[Pod]')
})

test('a name that stands for nothing is said, with what it may mean', async () => {
  const ask = (to: string) => workspace.run('evaluate', '--manifests', deployments, '--from', 'shop/web', '--to', to)
  const deployments = workspace.file(
    'deployment.yaml',
    `${PODS}apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: db, namespace: shop }\nspec: { template: { metadata: { labels: { app: db } } } }\n`,
  )
  expect(await ask('shop/db')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^UNKNOWN \(unknown-endpoint\)/),
    stderr: 'sluice evaluate: nothing is called shop/db in the input; there is shop/db[Deployment]\n',
  })
  expect((await ask('shop/dv')).stderr).toBe('sluice evaluate: nothing is called shop/dv in the input\n')
  expect((await ask('shop/cart')).stderr).toBe('')
})
