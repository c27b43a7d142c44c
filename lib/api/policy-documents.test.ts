import { expect, test } from 'vitest'
import { detectFindings } from '../detect/detect-findings'
import { GraphIndex } from '../graph/graph-index'
import { aCluster } from '../model/testing/a-cluster'
import { aPod } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import { evaluateDocument } from './evaluate-document'
import { type PolicyFacts, policyDocument, policyListDocument } from './policy-documents'

const calico = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'NetworkPolicy',
  metadata: { name: 'closed', namespace: 'shop' },
  spec: { selector: "app == 'web'", types: ['Egress'] },
}
const kubernetes = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'closed', namespace: 'shop' },
  spec: { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress'] },
}

/** What is known of a cluster with a web and a db pod and these policies. */
function factsOf(...policies: readonly object[]): PolicyFacts {
  const pods = ['web', 'db'].map((name) => aPod({ name, namespace: 'shop', labels: { app: name } }))
  const cluster = aCluster([...pods, ...policies])
  const engine = compilePolicies(cluster, { profile: 'calico' })
  const findings = detectFindings(cluster, engine)
  return { cluster, engine, index: new GraphIndex(cluster, engine), findings, flowEdges: [], windowMs: 60_000 }
}

const facts = factsOf(calico, kubernetes)
const { engine } = facts
const sharing = engine.policies.filter(({ ref }) => ref === 'NetworkPolicy:shop/closed')

test('a name that two policies share answers with both, that of Kubernetes first', () => {
  const document = policyDocument('NetworkPolicy:shop/closed', facts)
  expect([document, ...(document?.others ?? [])].map((one) => [one?.policyApiVersion, one?.subjects.items])).toEqual([
    ['networking.k8s.io/v1', ['shop/db[Pod]']],
    ['projectcalico.org/v3', ['shop/web[Pod]']],
  ])
  expect(document?.others[0]?.yaml).toContain("app == 'web'")
  expect(policyDocument('NetworkPolicy:shop/other', facts)).toBeNull()
})

test('a finding about one of them is not shown on the other', () => {
  const found = factsOf({ ...calico, spec: { ...calico.spec, selector: "app == 'webb'" } }, kubernetes)
  const document = policyDocument('NetworkPolicy:shop/closed', found)
  expect([document, ...(document?.others ?? [])].map((one) => [one?.policyApiVersion, one?.findings.map(({ id }) => id)])).toEqual([
    ['networking.k8s.io/v1', []],
    ['projectcalico.org/v3', ['NP-01']],
  ])
  const { policies } = policyListDocument(found, [])
  expect(policies.filter(({ problems }) => problems.total > 0).map((row) => row.policyApiVersion)).toEqual(['projectcalico.org/v3'])
})

test('the engine knows the pods of both', () => {
  const [first] = sharing
  expect(first).toBeDefined()
  if (first === undefined) return
  expect(new Set(engine.subjects(first.ref))).toEqual(new Set(['shop/web', 'shop/db']))
  expect(sharing.map((policy) => engine.subjectsOf(policy))).toEqual([['shop/web'], ['shop/db']])
})

test('an answer that names them shows the YAML of both, each once', () => {
  const question = { from: 'shop/web', to: 'shop/db', port: 80 }
  const { policies } = evaluateDocument([question], true, engine)
  expect(policies.map(({ yaml }) => yaml.includes('projectcalico.org/v3')).sort()).toEqual([false, true])
})
