import { describe, expect, test } from 'vitest'
import { readCluster } from '@/lib/model/read-cluster'
import { resolveDoors } from '@/lib/model/resolve-doors'
import { demoCalendar } from './demo-moment'
import { readDemoWorkloads } from './demo-workload'
import { inflate } from './inflate'
import { MACHINES } from './machines'
import { populate } from './population'
import { readDemoDocuments } from './read-demo-documents'

const START = Date.UTC(2026, 5, 12, 9, 0, 0)
const MINUTE = 60_000

const written = readDemoDocuments()
const workloads = readDemoWorkloads(written, MACHINES.length)
const population = populate(workloads)
const calendar = demoCalendar({ start: START, workloads })

function clusterAt(time: number) {
  const moment = calendar.momentAt(time)
  const documents = inflate({ written, workloads, pods: population.podsAt(moment), moment, start: START })
  return readCluster(documents, { name: 'northwater', source: 'demo' })
}

describe('the demo cluster', () => {
  const cluster = clusterAt(START)

  test('has ten namespaces, 41 workloads, about 120 pods and 30 policies', () => {
    expect([...cluster.namespaces.keys()].sort()).toEqual([
      'batch',
      'bookings',
      'data',
      'default',
      'edge',
      'kube-system',
      'monitoring',
      'payments',
      'sandbox',
      'storefront',
    ])
    expect([...cluster.namespaces.values()].filter((namespace) => namespace.isImplied)).toEqual([])
    expect(cluster.workloads.size).toBe(41)
    expect(cluster.pods.size).toBeGreaterThanOrEqual(115)
    expect(cluster.pods.size).toBeLessThanOrEqual(130)
    const implied = [...cluster.pods.values()].filter((pod) => pod.isImplied)
    expect(implied.every((pod) => pod.workload.endsWith('[CronJob]'))).toBe(true)
    expect(cluster.policies).toHaveLength(30)
  })

  test('reads without a problem, and so does its YAML alone', () => {
    expect(cluster.problems).toEqual([])
    expect(readCluster(written, { name: 'northwater', source: 'demo' }).problems).toEqual([])
  })

  test('has EndpointSlices for every Service, in every family it asks for', () => {
    const missing = [...cluster.services.values()].filter((service) => {
      const slices = cluster.endpointSlices.filter((slice) => slice.namespace === service.namespace && slice.service === service.name)
      return service.type !== 'ExternalName' && slices.length < Math.max(1, service.clusterIps.length)
    })
    expect(missing.map((service) => service.ref)).toEqual([])
    const dualStack = cluster.endpointSlices.filter((slice) => slice.service === 'mobile-api')
    expect(dualStack.map((slice) => slice.addressType).sort()).toEqual(['IPv4', 'IPv6'])
  })

  test('has one broken door: the workshop points at a Service that is not there', () => {
    const problems = resolveDoors(cluster).flatMap((door) => door.problems.map(({ message }) => `${door.name}: ${message}`))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^workshop: .*slides/)
  })

  test('names every kind it uses', () => {
    expect(cluster.others.map((object) => object.meta.kind)).toEqual([])
  })
})

test('no two pods that run share an address, at any minute of the story', () => {
  for (let minute = -15; minute < 75; minute++) {
    const addresses = [...clusterAt(START + minute * MINUTE).pods.values()].filter((pod) => !pod.hostNetwork).flatMap((pod) => pod.ips)
    expect(addresses.length).toBeGreaterThan(200)
    expect(new Set(addresses).size).toBe(addresses.length)
  }
})

test('everything but the search node that never joins is ready', () => {
  const notReady = [...clusterAt(START).pods.values()].filter((pod) => pod.phase === 'Running' && !pod.ready && !pod.isImplied)
  expect(notReady.map((pod) => pod.ref)).toEqual(['data/search-index-2'])
})

test('checkout pods are replaced one after the other, with the old label first', () => {
  const labels = (time: number) => {
    const pods = [...clusterAt(time).pods.values()].filter((pod) => pod.workload === 'storefront/checkout[Deployment]')
    return pods.map((pod) => pod.labels.get('app')).sort()
  }
  const renamed = 'storefront-checkout'
  expect(labels(START - 17 * MINUTE)).toEqual(['checkout', 'checkout', 'checkout', 'checkout'])
  expect(labels(START - 16 * MINUTE + 20_000)).toEqual(['checkout', 'checkout', renamed, renamed])
  expect(labels(START)).toEqual([renamed, renamed, renamed, renamed])
  expect(labels(START + 26 * MINUTE)).toEqual(['checkout', 'checkout', 'checkout', 'checkout'])
})
