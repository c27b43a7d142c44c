import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { PROTOCOLS, type Protocol } from '@/lib/model/protocol'
import { aCluster } from '@/lib/model/testing/a-cluster'
import { compilePolicies } from '@/lib/policy/engine'
import { canBeAsked, endName, findConnection } from '@/lib/policy/testing/find-connection'
import type { NaiveEnd, NaivePeer, NaivePolicy, NaiveSelector } from '@/lib/policy/testing/naive-network-policy'
import { ASKED_PORTS, documentsOf, OUTSIDE, type RandomCluster, randomCluster } from '@/lib/policy/testing/random-clusters'

const CLUSTERS = Number(process.env.SLUICE_PEER_CLUSTERS ?? 1_500)
const SEED = Number(process.env.SLUICE_PEER_SEED ?? 20_261)
const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const PEER = fileURLToPath(new URL('../../node_modules/.cache/sluice-peer', import.meta.url))

type Question = { readonly from: number; readonly to: number; readonly port: number; readonly protocol: Protocol }
type Asked = { readonly cluster: RandomCluster; readonly ends: readonly NaiveEnd[]; readonly questions: readonly Question[] }

beforeAll(() => {
  const built = spawnSync('go', ['build', '-o', PEER, '.'], { cwd: FOLDER, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`the peer cannot be built: ${built.error?.message ?? built.stderr}`)
})

/** The peer's answers, one string of 0 and 1 for each cluster. */
function askPeer(asked: readonly Asked[]): readonly string[] {
  const input = asked.map(({ cluster, ends, questions }) =>
    JSON.stringify({ ends: ends.map(peerEnd), policies: peerPolicies(cluster), questions }),
  )
  const run = spawnSync(PEER, { input: `${input.join('\n')}\n`, encoding: 'utf8', maxBuffer: 2 ** 30 })
  if (run.status !== 0) throw new Error(`the peer stopped: ${run.stderr}`)
  return run.stdout.trimEnd().split('\n')
}

function peerEnd(end: NaiveEnd): object {
  return end.kind === 'pod' ? end : { ip: end.ip }
}

/** The peer wants stored objects, which always state their types. */
function peerPolicies({ policies }: RandomCluster): readonly object[] {
  return policies.map(({ namespace, spec }, index) => {
    const isEgressMeant = (spec.egress ?? []).length > 0
    const types =
      spec.policyTypes !== undefined && spec.policyTypes.length > 0 ? spec.policyTypes : isEgressMeant ? ['Ingress', 'Egress'] : ['Ingress']
    return { metadata: { name: `policy-${index}`, namespace }, spec: { ...spec, policyTypes: types } }
  })
}

function ask(cluster: RandomCluster): Asked {
  const ends = [...cluster.pods, ...OUTSIDE]
  const questions = ends.flatMap((from, fromIndex) =>
    ends.flatMap((to, toIndex) =>
      canBeAsked(from, to)
        ? PROTOCOLS.flatMap((protocol) => ASKED_PORTS.map((port) => ({ from: fromIndex, to: toIndex, port, protocol })))
        : [],
    ),
  )
  return { cluster, ends, questions }
}

function ourAnswers({ cluster, ends, questions }: Asked): string {
  const isConnected = findConnection(compilePolicies(aCluster(documentsOf(cluster)), { profile: 'kubernetes' }).connectivity('pod'))
  return questions
    .map(({ from, to, protocol, port }) => {
      const [source, destination] = [ends[from], ends[to]]
      if (source === undefined || destination === undefined) throw new Error('a question about no end')
      return isConnected(source, destination, protocol, port) ? '1' : '0'
    })
    .join('')
}

/** Two things that cyclonus 0.5.6 reads otherwise than Kubernetes; the tests below show each by itself. */
function isReadAlike({ policies }: RandomCluster): boolean {
  return policies
    .flatMap(selectorsOf)
    .every(
      ({ matchLabels = {}, matchExpressions = [] }) =>
        Object.values(matchLabels).every((value) => value !== '') && matchExpressions.every(({ operator }) => operator !== 'NotIn'),
    )
}

function selectorsOf({ spec }: NaivePolicy): readonly NaiveSelector[] {
  const peers: readonly NaivePeer[] = [
    ...(spec.ingress ?? []).flatMap(({ from = [] }) => from),
    ...(spec.egress ?? []).flatMap(({ to = [] }) => to),
  ]
  return [
    ...(spec.podSelector === undefined ? [] : [spec.podSelector]),
    ...peers.flatMap((peer) => ('ipBlock' in peer ? [] : [peer.podSelector, peer.namespaceSelector])).filter((one) => one !== undefined),
  ]
}

describe('NetworkPolicy side by side with cyclonus', () => {
  test('both give the same answers on random clusters', () => {
    const clusters = fc
      .sample(randomCluster, { numRuns: CLUSTERS * 6, seed: SEED })
      .filter(isReadAlike)
      .slice(0, CLUSTERS)
    expect(clusters.length).toBe(CLUSTERS)
    let decisions = 0
    let denied = 0
    for (let start = 0; start < clusters.length; start += 50) {
      const asked = clusters.slice(start, start + 50).map(ask)
      const theirs = askPeer(asked)
      asked.forEach((one, index) => {
        const ours = ourAnswers(one)
        const question = one.questions[[...ours].findIndex((answer, position) => answer !== theirs[index]?.[position])]
        if (ours !== theirs[index]) {
          const [from, to] = [one.ends[question?.from ?? 0], one.ends[question?.to ?? 0]]
          throw new Error(
            `${from && endName(from)} to ${to && endName(to)} ${JSON.stringify(question)} differs in ${JSON.stringify(one.cluster)}`,
          )
        }
        decisions += ours.length
        denied += ours.split('0').length - 1
      })
    }
    console.log(`${clusters.length} clusters, ${decisions} decisions (${denied} denied): no difference`)
    expect(denied).toBeGreaterThan(decisions / 20)
  })

  const aPod = { kind: 'pod', namespace: 'shop', namespaceLabels: { 'kubernetes.io/metadata.name': 'shop', team: 'a' }, ports: [] } as const
  const two = [
    { ...aPod, name: 'pod-0', labels: {}, ip: '10.0.0.1' },
    { ...aPod, name: 'pod-1', labels: {}, ip: '10.0.0.2' },
  ] as const

  test.each<[string, NaiveSelector]>([
    // Kubernetes: NotIn also selects what has no label with that key.
    [
      'NotIn selects a pod without the label, which for cyclonus it does not',
      { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['db'] }] },
    ],
    // Kubernetes: a pair in matchLabels equals In with that one value, and In wants the label to be there.
    ['an empty value wants the label to be there, which cyclonus does not ask for', { matchLabels: { app: '' } }],
  ])('explained difference: %s', (_, podSelector) => {
    const cluster: RandomCluster = { pods: two, policies: [{ namespace: 'shop', spec: { podSelector, policyTypes: ['Ingress'] } }] }
    const asked: Asked = { cluster, ends: two, questions: [{ from: 0, to: 1, port: 80, protocol: 'TCP' }] }
    expect(ourAnswers(asked)).not.toBe(askPeer([asked])[0])
  })
})
