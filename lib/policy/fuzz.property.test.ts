import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CalicoSelector, formatCalicoSelector, matchesCalicoSelector, parseCalicoSelector } from '../model/calico-selector'
import { compileSelector, matchesSelector } from '../model/selector'
import { aCluster } from '../model/testing/a-cluster'
import { aNode, aPod, aService } from '../model/testing/objects'
import { compilePolicies } from './engine'
import { expectBrokenToBeNeutral } from './testing/broken-policy'
import { countingText } from './testing/counting-text'
import { mutate, mutations } from './testing/mutate-document'
import { ciliumDocuments, ciliumPolicies } from './testing/random-cilium'
import { policy, selector } from './testing/random-clusters'
import { adminPolicies, clusterScopedPolicies } from './testing/random-scoped'
import type { ProfileName } from './types'

// A million texts, a million selectors and 150,000 policies: SLUICE_FUZZ_RUNS=1000000 npx vitest run lib/policy/fuzz.property.test.ts
const RUNS = Number(process.env.SLUICE_FUZZ_RUNS ?? 4000)

describe('the selector language of Calico', () => {
  const token = fc.constantFrom(
    ...['a', 'has(', 'has', 'all()', 'global()', '(', ')', '!', '&&', '||', '==', '!=', 'in', 'not in', 'notin', 'contains', 'starts with'],
    ...['ends with', 'endswith', '{', '}', ',', "'", '"', "'x'", '"y"', ' ', '\t', '\n', 'pcns.k/8s-_', '=', '\u0000', 'é', '🙂'],
  )
  const texts = fc.oneof(
    fc.array(token, { maxLength: 24 }).map((tokens) => tokens.join('')),
    fc.array(token, { maxLength: 24 }).map((tokens) => tokens.join(' ')),
    fc.string({ maxLength: 40, unit: 'binary' }),
  )
  const labels = fc.dictionary(fc.constantFrom('a', 'has', 'in', 'x', '__proto__'), fc.constantFrom('x', 'y', ''), { maxKeys: 3 })

  test('a text is parsed or refused at a place in it; what is parsed means the same as its one text', () => {
    fc.assert(
      fc.property(texts, labels, (text, set) => {
        const parsed = parseCalicoSelector(text)
        if (!parsed.ok) {
          expect(parsed.error.offset).toBeGreaterThanOrEqual(0)
          expect(parsed.error.offset).toBeLessThanOrEqual(text.length)
          return
        }
        const canonical = formatCalicoSelector(parsed.value)
        const again = parseCalicoSelector(canonical)
        const reread: CalicoSelector | null = again.ok ? again.value : null
        expect(reread).not.toBeNull()
        const own = new Map(Object.entries(set))
        if (reread !== null) expect(matchesCalicoSelector(reread, own)).toBe(matchesCalicoSelector(parsed.value, own))
      }),
      { numRuns: RUNS },
    )
  }, 3_600_000)

  test.each<[string, (size: number) => string]>([
    ['many terms', (size) => Array.from({ length: size }, () => "a == 'b'").join(' && ')],
    ['many terms with an error at the end', (size) => `${Array.from({ length: size }, () => "a == 'b'").join(' || ')} ||`],
    ['many negations', (size) => `${'!'.repeat(size)}has(a)`],
    ['many blanks', (size) => `a${' '.repeat(size)}starts${' '.repeat(size)}in {'x'}`],
    ['a long set', (size) => `a in {${Array.from({ length: size }, (_, index) => `'${index}'`).join(',')}}`],
    ['a long string that never ends', (size) => `a == '${'x'.repeat(size)}`],
    ['many quotes', (size) => `a in {${"'',".repeat(size)}`],
    ['many parentheses beside each other', (size) => Array.from({ length: size }, () => '(has(a))').join('&&')],
    ['many parentheses in each other', (size) => `${'('.repeat(size)}has(a)${')'.repeat(size)}`],
    ['a long word', (size) => 'a'.repeat(size)],
  ])('%s take work in proportion to their length', (_, make) => {
    const work = (size: number): number => {
      const { text, steps } = countingText(make(size))
      parseCalicoSelector(text)
      return steps() / make(size).length
    }
    const [small, large] = [work(500), work(8000)]
    expect(large).toBeLessThan(small * 1.5 + 4)
    expect(large).toBeLessThan(40)
  })
})

test('a label selector is compiled or refused with the place, and answers for any labels', () => {
  const labels = fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), { maxKeys: 3 })
  fc.assert(
    fc.property(selector, mutations, labels, (valid, changes, set) => {
      const compiled = compileSelector(mutate(valid, changes))
      if (compiled.ok) expect(typeof matchesSelector(compiled.value, new Map(Object.entries(set)))).toBe('boolean')
      else expect(compiled.error.message).not.toBe('')
    }),
    { numRuns: RUNS },
  )
}, 3_600_000)

describe('mutated policies', () => {
  const objects = [
    aNode({ name: 'n', ip: '192.168.0.1' }),
    aPod({ name: 'a', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', node: 'n', ports: [{ name: 'http', containerPort: 80 }] }),
    aPod({ name: 'b', namespace: 'pay', labels: { app: 'db' }, ip: '10.0.0.2' }),
    aService({ name: 's', namespace: 'shop', selector: { app: 'web' } }),
  ]
  const pods = ['shop/a', 'pay/b'] as const
  const targets = ['pay/b', 'svc:shop/s', 'ip:203.0.113.1', 'ip:192.168.0.1', 'entity:world', 'dns:example.com']
  const isolate = pods.map((pod) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'isolate', namespace: pod.split('/')[0] },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  }))
  const networkPolicies = policy.map(({ namespace, spec }) => [
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace }, spec },
  ])
  const one = (documents: fc.Arbitrary<readonly object[]>, kind: RegExp): fc.Arbitrary<object> =>
    documents
      .map((all) => all.find((document) => 'kind' in document && kind.test(String(document.kind))))
      .filter((found) => found !== undefined)

  test.each<[string, ProfileName, fc.Arbitrary<object>]>([
    ['NetworkPolicy', 'kubernetes', one(networkPolicies, /^NetworkPolicy$/)],
    ['AdminNetworkPolicy', 'kubernetes', one(adminPolicies, /^AdminNetworkPolicy$/)],
    ['BaselineAdminNetworkPolicy', 'kubernetes', one(adminPolicies, /^Baseline/)],
    ['ClusterNetworkPolicy', 'kubernetes', one(clusterScopedPolicies, /^ClusterNetworkPolicy$/)],
    ['CiliumNetworkPolicy', 'cilium', one(ciliumPolicies.map(ciliumDocuments), /^CiliumNetworkPolicy$/)],
    ['CiliumClusterwideNetworkPolicy', 'cilium', one(ciliumPolicies.map(ciliumDocuments), /^CiliumClusterwide/)],
  ])(
    '%s: broken ones neither open nor close anything for sure',
    (_, profile, documents) => {
      let broken = 0
      const compile = (policies: readonly object[]) => compilePolicies(aCluster([...objects, ...policies]), { profile })
      fc.assert(
        fc.property(documents, mutations, (document, changes) => {
          if (expectBrokenToBeNeutral(document, changes, { compile, pods, isolate, targets })) broken++
        }),
        { numRuns: 150 + Math.ceil(RUNS / 40) },
      )
      expect(broken).toBeGreaterThan(30)
    },
    3_600_000,
  )
})
