import type { ObservedFlow } from '@/lib/flows/flow'
import { flowRecord } from './flow-record'
import { MACHINES } from './machines'
import type { DemoPod } from './population'
import { containerPort, listeningContainers } from './run-services'
import type { Scene } from './scene'
import { chancesOf, machineOf } from './scene'
import type { SeededRandom } from './seeded-random'
import { hashText } from './seeded-random'
import type { DemoEnd, DemoVerdict } from './verdicts'

const PROBE_EVERY_SECONDS = 10
const SCRAPE_EVERY_SECONDS = 30
const MACHINE_METRICS_EVERY_SECONDS = 15
const LONG_LIVED_REPORT_EVERY_SECONDS = 15

/** Names under which ports of metrics go here. */
const METRICS_PORTS = ['metrics', 'telemetry', 'felix-metrics']
const KUBELET_PORT = 10_250

/** What goes on in every cluster whether anybody calls or not: probes, scrapes, and connections that were open before. */
export function backgroundTraffic(scene: Scene): ObservedFlow[] {
  const random = chancesOf(scene, 1)
  return [...probes(scene, random), ...scrapes(scene, random), ...machineMetrics(scene, random), ...longLived(scene, random)]
}

/** Repetitions of one kind that one record of the past stands for. */
const ALIKE = 4

/**
 * How many repetitions a record of this second stands for; none in most. Each has a second of its period that belongs
 * to the text, so that not everybody is asked at once.
 */
function dueAt(scene: Scene, text: string, everySeconds: number): number {
  const alike = scene.isHistory ? ALIKE : 1
  return (Math.floor(scene.time / 1000) + hashText(text)) % (everySeconds * alike) === 0 ? alike : 0
}

/** The machine's kubelet asks each of its pods. Pods in the machine's own network are asked without leaving it. */
function probes(scene: Scene, random: SeededRandom): ObservedFlow[] {
  return scene.pods.flatMap((pod) => {
    const count = dueAt(scene, pod.name, PROBE_EVERY_SECONDS)
    if (count === 0 || pod.phase !== 'Running' || pod.workload.hostNetwork) return []
    const port = probedPort(pod)
    if (port === undefined) return []
    return [record(scene, machineOf(pod), { kind: 'pod', pod }, port, count, random)]
  })
}

function probedPort(pod: DemoPod): number | undefined {
  const port = listeningContainers(pod).flatMap((container) => Object.values(container.readinessProbe ?? {}))[0]?.port
  return typeof port === 'string' ? containerPort(pod, port) : port
}

function scrapes(scene: Scene, random: SeededRandom): ObservedFlow[] {
  const scrapers = scene.clients('monitoring/prometheus')
  return scene.pods.flatMap((pod) => {
    const count = dueAt(scene, `scrape ${pod.name}`, SCRAPE_EVERY_SECONDS)
    if (count === 0 || pod.phase !== 'Running') return []
    const port = metricsPort(pod)
    return port === undefined ? [] : scrapers.map((scraper) => record(scene, scraper, { kind: 'pod', pod }, port, count, random))
  })
}

function metricsPort(pod: DemoPod): number | undefined {
  return METRICS_PORTS.map((name) => containerPort(pod, name)).find((port) => port !== undefined)
}

function machineMetrics(scene: Scene, random: SeededRandom): ObservedFlow[] {
  return MACHINES.flatMap((machine, index) => {
    const count = dueAt(scene, machine.name, MACHINE_METRICS_EVERY_SECONDS)
    if (count === 0) return []
    const kubelet: DemoEnd = { kind: 'machine', machine: index, address: machine.addresses[0] }
    return scene.clients('kube-system/metrics-server').map((client) => record(scene, client, kubelet, KUBELET_PORT, count, random))
  })
}

/** What a packet of a connection meets that was open before the policy came: connection tracking lets it through unasked. */
const OPEN_BEFORE: DemoVerdict = { verdict: 'forwarded', refusedBy: null, policies: [] }

/** The report workers keep the database connections of last week. A new one would be refused. */
function longLived(scene: Scene, random: SeededRandom): ObservedFlow[] {
  const [primary] = scene.servers('data/postgres')
  const count = dueAt(scene, 'reports', LONG_LIVED_REPORT_EVERY_SECONDS)
  if (primary === undefined || count === 0) return []
  return scene.clients('batch/report-worker').map((worker) =>
    flowRecord(
      {
        time: scene.time + random.below(1000),
        from: worker,
        to: primary,
        service: null,
        port: 5432,
        protocol: 'TCP',
        verdict: OPEN_BEFORE,
        l7: null,
        family: 'IPv4',
        phase: 'later',
        count,
      },
      random,
    ),
  )
}

function record(scene: Scene, from: DemoEnd, to: DemoEnd, port: number, count: number, random: SeededRandom): ObservedFlow {
  const time = scene.time + random.below(1000)
  const verdict = scene.verdict(from, to, port, 'TCP')
  return flowRecord(
    { time, from, to, service: null, port, protocol: 'TCP', verdict, l7: null, family: 'IPv4', phase: 'start', count },
    random,
  )
}
