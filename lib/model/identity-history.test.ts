import { expect, test } from 'vitest'
import { IdentityHistory } from './identity-history'
import { aCluster } from './testing/a-cluster'
import { aNode, aPod, aService, type PodOptions } from './testing/objects'

const HOUR = 3_600_000
const T = 1_700_000_000_000
const SLACK = 2_000
const aHistory = (limit = 1_000) => new IdentityHistory({ keptMs: HOUR, limit })
/** A pod with a uid of its own, made at `createdAt`. */
const made = (uid: string, createdAt: number, options: PodOptions): object => {
  const pod = aPod(options) as { metadata: object }
  return { ...pod, metadata: { ...pod.metadata, uid, creationTimestamp: new Date(createdAt).toISOString() } }
}
const old = made('u1', T - HOUR, { name: 'old', ip: '10.0.0.5' })
const fresh = made('u2', T + 10_000, { name: 'fresh', ip: '10.0.0.5' })
const node = aNode({ name: 'n1', ip: '192.168.0.1', podCidrs: ['10.0.0.0/24'] })

function at(history: IdentityHistory, time: number, ip = '10.0.0.5', port: number | null = null) {
  const match = history.between(time - SLACK, time + SLACK).byAddress(ip, port)
  if (match.kind === 'invalid') return match.kind
  const candidates = match.kind === 'certain' ? [match.candidate] : match.candidates
  return [
    match.kind,
    ...candidates.map((candidate) => ('pod' in candidate ? candidate.pod : 'service' in candidate ? candidate.service : candidate.kind)),
  ]
}

test('an address is named by the pod that had it at the time, not by the one that has it now', () => {
  const history = aHistory()
  history.follow(aCluster([node, old]), T)
  history.follow(aCluster([node]), T + 5_000)
  history.follow(aCluster([node, fresh]), T + 12_000)
  expect(at(history, T - 1_000_000)).toEqual(['certain', 'default/old'])
  expect(at(history, T + 2_000)).toEqual(['certain', 'default/old'])
  expect(at(history, T + 20_000)).toEqual(['certain', 'default/fresh'])
  // Nobody had it for a while.
  expect(at(history, T + 7_500)).toEqual(['certain', 'unknown-pod'])
})

test('a pod may have had its address since it was made, before anyone told', () => {
  const history = aHistory()
  history.follow(aCluster([node]), T)
  history.follow(aCluster([node, fresh]), T + 20_000)
  expect(at(history, T + 13_000)).toEqual(['certain', 'default/fresh'])
})

test('an address that changes hands within the uncertainty of the clocks has two names', () => {
  const history = aHistory()
  history.follow(aCluster([node, old]), T)
  history.follow(aCluster([node]), T + 11_000)
  history.follow(aCluster([node, fresh]), T + 12_000)
  expect(at(history, T + 11_000)).toEqual(['uncertain', 'default/old', 'default/fresh'])
  expect(history.isSettled('10.0.0.5', null, T + 11_000)).toBe(false)
  expect(history.isSettled('10.0.0.5', null, T + 11_500)).toBe(true)
})

test('a pod that changed and kept its addresses holds them as before', () => {
  const history = aHistory()
  history.follow(aCluster([node, old]), T)
  history.follow(aCluster([node, made('u1', T - HOUR, { name: 'old', ip: '10.0.0.5', labels: { app: 'x' }, ready: false })]), T + 5_000)
  expect(history.usage().ended).toBe(0)
  expect(history.isSettled('10.0.0.5', null, T - HOUR)).toBe(true)
})

test('a pod of the same name that follows another is no reuse for the reader, and its address goes with it', () => {
  const history = aHistory()
  history.follow(aCluster([node, made('u1', T - HOUR, { name: 'db-0', ip: '10.0.0.5' })]), T)
  history.follow(aCluster([node, made('u2', T + 4_000, { name: 'db-0', ip: '10.0.0.6' })]), T + 5_000)
  expect(at(history, T + 1_000, '10.0.0.5')).toEqual(['certain', 'default/db-0'])
  expect(at(history, T + 9_000, '10.0.0.5')).toEqual(['certain', 'unknown-pod'])
  expect(at(history, T + 9_000, '10.0.0.6')).toEqual(['certain', 'default/db-0'])
})

test('a finished pod holds its address until it finished, and its workload is remembered', () => {
  const history = aHistory()
  const job = (phase: string) => made('j', T - 60_000, { name: 'job', ip: '10.0.0.7', phase, owner: { kind: 'Job', name: 'backup' } })
  history.follow(aCluster([node, job('Running')]), T)
  history.follow(aCluster([node, job('Succeeded')]), T + 5_000)
  history.follow(aCluster([node]), T + 9_000)
  expect(at(history, T + 1_000, '10.0.0.7')).toEqual(['certain', 'default/job'])
  expect(at(history, T + 8_000, '10.0.0.7')).toEqual(['certain', 'unknown-pod'])
  expect(history.current.workloadOf('default/job' as never)).toBe('default/backup[Job]')
})

test('Services of both families, doors and ports of machines have their time too', () => {
  const service = (name: string) =>
    aService({
      name,
      type: 'LoadBalancer',
      ports: [{ port: 80, nodePort: 30_080 }],
      spec: { clusterIPs: ['10.96.0.9', 'fd00:10:96::9'] },
      loadBalancerIps: ['203.0.113.5'],
    })
  const history = aHistory()
  history.follow(aCluster([node, service('a')]), T)
  history.follow(aCluster([node, service('b')]), T + 60_000)
  for (const ip of ['10.96.0.9', 'fd00:10:96::9', '203.0.113.5']) {
    expect(at(history, T + 1_000, ip, 80)).toEqual(['certain', 'svc:default/a'])
    expect(at(history, T + 61_000, ip, 80)).toEqual(['uncertain', 'svc:default/a', 'svc:default/b'])
    expect(at(history, T + 90_000, ip, 80)).toEqual(['certain', 'svc:default/b'])
  }
  expect(at(history, T + 1_000, '192.168.0.1', 30_080)).toEqual(['certain', 'svc:default/a'])
  expect(at(history, T + 90_000, '192.168.0.1', 30_080)).toEqual(['certain', 'svc:default/b'])
})

test('what follows itself is certain all the time: a Service with other ports, a pod of the same name', () => {
  const service = (targetPort: number) =>
    aService({ name: 'a', type: 'NodePort', ports: [{ port: 80, targetPort, nodePort: 30_080 }], spec: { clusterIPs: ['10.96.0.9'] } })
  const agent = (uid: string) =>
    made(uid, T, { name: 'agent-n1', node: 'n1', hostNetwork: true, ip: '192.168.0.1', ports: [{ containerPort: 9100 }] })
  const history = aHistory()
  history.follow(aCluster([node, service(8080), agent('u1')]), T)
  history.follow(aCluster([node, service(8081), agent('u2')]), T + 60_000)
  expect(at(history, T + 60_000, '10.96.0.9', 80)).toEqual(['certain', 'svc:default/a'])
  expect(at(history, T + 60_000, '10.96.0.9', 81)).toEqual(['certain', 'svc:default/a'])
  expect(at(history, T + 60_000, '192.168.0.1', 30_080)).toEqual(['certain', 'svc:default/a'])
  expect(at(history, T + 60_000, '192.168.0.1', 9100)).toEqual(['certain', 'default/agent-n1'])
})

test('a pod on the network of its machine is named by its port, for as long as it was there', () => {
  const agent = (name: string) => aPod({ name, node: 'n1', hostNetwork: true, ip: '192.168.0.1', ports: [{ containerPort: 9100 }] })
  const history = aHistory()
  history.follow(aCluster([node, agent('one')]), T)
  history.follow(aCluster([node, agent('two')]), T + 60_000)
  expect(at(history, T, '192.168.0.1', 9100)).toEqual(['certain', 'default/one'])
  expect(at(history, T + 90_000, '192.168.0.1', 9100)).toEqual(['certain', 'default/two'])
  expect(at(history, T, '192.168.0.1', null)).toEqual(['certain', 'node'])
  expect(history.isSettled('192.168.0.1', 9100, T + 30_000)).toBe(false)
})

test('what ended is forgotten in time, and earlier when it is too much, which is counted', () => {
  const history = aHistory(3)
  const pods = (from: number) =>
    [0, 1, 2].map((index) => made(`p${from + index}`, T, { name: `p${from + index}`, ip: `10.0.0.${from + index}` }))
  history.follow(aCluster([node, ...pods(10)]), T)
  history.follow(aCluster([node]), T + 1_000)
  expect(history.usage()).toEqual({ ended: 3, limit: 3, forgottenEarly: 3 })
  history.follow(aCluster([node, ...pods(20)]), T + HOUR + 2_000)
  expect(history.usage()).toEqual({ ended: 0, limit: 3, forgottenEarly: 3 })
  expect(at(history, T, '10.0.0.12')).toEqual(['certain', 'unknown-pod'])
})
