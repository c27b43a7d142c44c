import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aFlowEdge } from '../graph/testing/a-flow-edge'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment, aNode, anObject, aPod, aService } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import type { Circumstances } from './circumstances'
import { Detection, detectFindings } from './detect-findings'
import type { Finding } from './finding'
import { findingKeys } from './finding-keys'
import { aSlice, NOON } from './testing/cluster-objects'

// More in a longer run: SLUICE_PROPERTY_RUNS=2000 npx vitest run lib/detect
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 200)

const name = fc.constantFrom('web', 'api', 'db')
const node = fc.constantFrom('node-1', 'node-2')
const ip = fc.constantFrom('10.244.0.1', '10.244.0.2', 'fd00::1', '198.51.100.7')
const port = fc.record({
  port: fc.constantFrom(80, 9090),
  targetPort: fc.constantFrom<number | string>(8080, 'http', 'gone'),
  protocol: fc.constantFrom('TCP', 'UDP'),
})

const service = fc
  .record({
    name,
    type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
    selector: fc.option(fc.record({ app: name })),
    ports: fc.array(port, { minLength: 1, maxLength: 2 }),
    clusterIp: fc.constantFrom('None', '10.96.0.1', 'fd00:10:96::1'),
    spec: fc.record(
      {
        externalTrafficPolicy: fc.constant('Local'),
        internalTrafficPolicy: fc.constant('Local'),
        sessionAffinity: fc.constant('ClientIP'),
        publishNotReadyAddresses: fc.boolean(),
        trafficDistribution: fc.constant('PreferSameZone'),
        ipFamilyPolicy: fc.constantFrom('RequireDualStack', 'PreferDualStack'),
      },
      { requiredKeys: [] },
    ),
  })
  .map((options) => aService({ namespace: 'shop', ...options }))

const pod = fc
  .record({
    name: fc.constantFrom('web-1', 'web-2', 'api-1'),
    app: name,
    ips: fc.uniqueArray(ip, { maxLength: 2 }),
    node,
    ready: fc.boolean(),
    hostNetwork: fc.boolean(),
  })
  .map(({ app, ...options }) => aPod({ namespace: 'shop', labels: { app }, ports: [{ name: 'http', containerPort: 8080 }], ...options }))

const slice = fc
  .tuple(name, fc.array(fc.record({ ip, node, ready: fc.boolean(), terminating: fc.boolean() }), { maxLength: 2 }))
  .map(([owner, endpoints]) => aSlice(owner, endpoints))

const ingress = name.map((backend) =>
  anObject('networking.k8s.io/v1', 'Ingress', {
    name: backend,
    namespace: 'shop',
    spec: { defaultBackend: { service: { name: backend, port: { number: 80 } } } },
  }),
)
const workload = name.map((own) => aDeployment({ name: own, namespace: 'shop', ports: [{ containerPort: 8080 }] }))
const machine = node.map((own) => aNode({ name: own, ip: '192.168.1.1', podCidrs: ['10.244.0.0/24'] }))

const objects = fc.array(fc.oneof(service, service, pod, pod, slice, ingress, workload, machine), { maxLength: 14 }).map((list) => {
  // Of two objects with one name the later one counts: the order would matter.
  const byName = new Map(list.map((object) => [nameOf(object), object]))
  return [...byName.values()]
})

function nameOf(object: object): string {
  const { kind, metadata } = object as { readonly kind: string; readonly metadata: { readonly name: string } }
  return `${kind} ${metadata.name}`
}

const circumstances: Circumstances = {
  now: NOON,
  traffic: {
    edges: [
      aFlowEdge({ from: 'shop/web[Deployment]', to: 'shop/api[Pod]', toPod: 'shop/api-1', verdicts: { forwarded: 100, dropped: 3 } }),
    ],
    from: 0,
    to: NOON,
    lookups: [],
  },
}

function judge(documents: readonly object[], unread: readonly string[] = []): readonly Finding[] {
  const cluster = aCluster(documents, { source: 'live', isPlaced: false, unread })
  return detectFindings(cluster, compilePolicies(cluster), circumstances)
}

test('what is found does not depend on the order of the objects', () => {
  fc.assert(
    fc.property(
      objects.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray([...list], { minLength: list.length }))),
      ([list, shuffled]) => {
        expect(judge(shuffled)).toEqual(judge(list))
      },
    ),
    { numRuns: RUNS },
  )
})

test('keys tell all findings apart, and say the same of the same ones', () => {
  fc.assert(
    fc.property(objects, (list) => {
      const findings = judge(list)
      const keys = findingKeys(findings)
      expect(new Set(keys).size).toBe(findings.length)
      expect(findingKeys(judge(list))).toEqual(keys)
    }),
    { numRuns: RUNS },
  )
})

test('of Services and pods that could not be read nothing is said', () => {
  const unread = ['/Pod', '/Service', '/Node', '/Endpoints', 'discovery.k8s.io/EndpointSlice']
  fc.assert(
    fc.property(objects, (list) => {
      const absent = judge(list, unread).filter(({ id }) =>
        /^SV-(?:01|02|03|04|05|08|09|10|14|15|16|17|18)$|^DS-0[12]$|^LB-03$|^EX-01$/.test(id),
      )
      expect(absent.filter(({ object }) => object.kind !== 'Node')).toEqual([])
    }),
    { numRuns: RUNS },
  )
})

test('a judgement that is asked again says what a fresh one says', () => {
  fc.assert(
    fc.property(objects, (list) => {
      const cluster = aCluster(list, { source: 'live', isPlaced: false })
      const engine = compilePolicies(cluster)
      const detection = new Detection(cluster, engine)
      const run = (now: Circumstances) => {
        const steps = detection.judge(now)
        for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value
      }
      run({ now: null, traffic: null })
      expect(run(circumstances)).toEqual(detectFindings(cluster, engine, circumstances))
    }),
    { numRuns: RUNS },
  )
})
