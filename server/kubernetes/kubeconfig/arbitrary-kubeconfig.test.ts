import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contextSettings } from './context-settings'
import { listContexts } from './list-contexts'
import { parseKubeconfig } from './parse-kubeconfig'

/** What may stand at any place, right or wrong. */
const anything = fc.oneof(
  fc.constantFrom('', 'a', 'a b', '__proto__', './x'),
  fc.boolean(),
  fc.integer(),
  fc.constant(null),
  fc.constant([]),
  fc.constant({}),
)
/** Mostly what belongs there. */
const mostly = (right: fc.Arbitrary<unknown>) => fc.oneof({ weight: 80, arbitrary: right }, { weight: 1, arbitrary: anything })
const record = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([name, right]) => [name, mostly(right)])), { requiredKeys: [] })

const name = fc.constantFrom('a', 'b')
const text = fc.constantFrom('', 'x', './x', 'YQ==')
const flag = fc.boolean()
const server = fc.constantFrom('https://a:1', 'http://[::1]', '10.0.0.1:8080', 'https://a/x/', 'ftp://a')
const cluster = record({
  server,
  'certificate-authority': text,
  'insecure-skip-tls-verify': flag,
  'proxy-url': fc.constantFrom('', 'socks5://p', 'p'),
})
const exec = record({
  apiVersion: fc.constantFrom('client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1', 'v1'),
  command: text,
  args: fc.array(text),
  interactiveMode: fc.constantFrom('Never', 'Always', ''),
  provideClusterInfo: flag,
})
const user = fc.oneof(
  record({ token: text, tokenFile: text }),
  record({ username: text, 'client-certificate': text, as: text }),
  record({ exec }),
)
const context = record({ cluster: name, user: name, namespace: text })
const list = (of: string, body: fc.Arbitrary<unknown>) =>
  mostly(
    fc.uniqueArray(fc.record({ name: mostly(name), [of]: mostly(body) }), { minLength: 1, maxLength: 2, selector: (entry) => entry.name }),
  )
const kubeconfig = fc.record(
  { 'current-context': mostly(name), clusters: list('cluster', cluster), users: list('user', user), contexts: list('context', context) },
  { requiredKeys: ['clusters', 'users', 'contexts'] },
)

test('whatever a kubeconfig says, every context of it can be used or says why not', () => {
  let usable = 0
  fc.assert(
    fc.property(kubeconfig, (written) => {
      const read = parseKubeconfig(JSON.stringify(written), '/etc/kube/config')
      if (!read.ok) expect(read.error).not.toBe('')
      for (const { name, problem } of read.ok ? listContexts(read.value) : []) {
        const settings = read.ok ? contextSettings(read.value, name) : read
        expect(settings.ok ? null : settings.error).toBe(problem)
        if (!settings.ok) continue
        usable++
        expect(new URL(settings.value.server).hostname).not.toBe('')
      }
    }),
    { numRuns: 800 },
  )
  // Else it would say nothing.
  expect(usable).toBeGreaterThan(10)
})

test('whatever the text is, it is read or refused', () => {
  const pieces = fc.constantFrom(
    'a',
    ': ',
    '\n',
    '  ',
    '- ',
    '[',
    '{',
    '}',
    '&x ',
    '*x',
    '---\n',
    '"',
    '<<: ',
    '!!binary ',
    '%',
    '\t',
    '|\n',
    'clusters',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const read = parseKubeconfig(parts.join(''), '/etc/kube/config')
      expect(read.ok || read.error !== '').toBe(true)
    }),
    { numRuns: 2_000 },
  )
  expect(parseKubeconfig('['.repeat(100_000), '/x').ok).toBe(false)
})
