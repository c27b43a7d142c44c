import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { readCluster } from '../model/read-cluster'
import { aDeployment, anObject, aPod } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import { detectFindings, MAX_FINDINGS_PER_DETECTOR } from './detect-findings'
import { DETECTORS, detectorOf } from './detectors'
import { aPolicy, findIn } from './testing/find-in'

test('findings beyond the limit of their detector are counted', () => {
  const policies = Array.from({ length: MAX_FINDINGS_PER_DETECTOR + 7 }, (_, index) =>
    aPolicy(`p-${index}`, { podSelector: { matchLabels: { app: 'gone' } } }),
  )
  const findings = findIn('NP-01', [aDeployment({ name: 'web', namespace: 'shop' }), ...policies])
  expect(findings).toHaveLength(MAX_FINDINGS_PER_DETECTOR + 1)
  expect(findings.at(-1)).toMatchObject({ object: { kind: 'Cluster' }, message: '7 more findings of NP-01 are not listed.' })
})

test.each([
  ['NP-02', { fromEndpoints: [{ matchLabels: { app: 'gone' } }] }],
  ['NP-06', { fromCIDR: ['0.0.0.0/0'] }],
  ['NP-08', { fromCIDR: ['10.0.0.0/8'] }],
] as const)('%s says of a rule once what holds for each of its toPorts', (id, peers) => {
  const toPorts = ['80', '443'].map((port) => ({ ports: [{ port, protocol: 'TCP' }] }))
  const policy = anObject('cilium.io/v2', 'CiliumNetworkPolicy', {
    name: 'web',
    namespace: 'shop',
    spec: { endpointSelector: {}, ingress: [{ ...peers, toPorts }] },
  })
  expect(findIn(id, [aPod({ name: 'web', namespace: 'shop', ip: '10.244.1.7' }), policy])).toHaveLength(1)
})

test('a finding stands at the line of its field', () => {
  const text = `kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: { name: p, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - from:
        - podSelector: { matchLabels: { app: gone } }
`
  const [document] = parseAllDocuments(text)
  const locate = (path: readonly (string | number)[]): { line: number; column: number } | null => {
    const node = document?.getIn(path, true) as { range?: readonly [number] } | undefined
    const offset = node?.range?.[0]
    return offset === undefined ? null : { line: text.slice(0, offset).split('\n').length, column: 1 }
  }
  const cluster = readCluster(
    [
      { body: document?.toJS(), origin: { file: 'p.yaml', line: 1, column: 1 }, locate },
      { body: aDeployment({ name: 'web', namespace: 'shop' }), origin: null },
    ],
    { name: 'test', source: 'manifests' },
  )
  const findings = detectFindings(cluster, compilePolicies(cluster))
  expect(findings.find(({ id }) => id === 'NP-02')?.origin).toEqual({ file: 'p.yaml', line: 8, column: 1 })
})

test('every detector says what, why and what to do, in sentences', () => {
  for (const [id, { title, why, fix }] of DETECTORS) {
    expect(detectorOf(id).id).toBe(id)
    expect(title).not.toMatch(/\.$/)
    for (const sentence of [why, fix]) expect(sentence).toMatch(/^\S.*\.$/)
  }
})
