import type { ObservedFlow } from '@/lib/flows/flow'
import { flowRecord } from './flow-record'
import type { Scene } from './scene'
import { chancesOf } from './scene'

/** A scan begins every four minutes and one is on at the start. */
const EVERY_MS = 4 * 60_000
const LASTS_MS = 40_000
const ON_BEFORE_START_MS = 30_000
const ATTEMPTS_PER_SECOND = 4

/** Doors that people forget to close: remote shell, two databases, a web server. */
const PORTS = [22, 5432, 6379, 8080]

const TARGETS = [
  'storefront/accounts',
  'storefront/web',
  'data/postgres',
  'data/valkey',
  'data/nats',
  'bookings/boarding',
  'monitoring/grafana',
]

/** The forgotten debugging pod in the sandbox tries its neighbours, one port after the other. */
export function scan(scene: Scene, start: number): ObservedFlow[] {
  const place = (((scene.time - start + ON_BEFORE_START_MS) % EVERY_MS) + EVERY_MS) % EVERY_MS
  const [scanner] = scene.clients('sandbox/toolbox')
  if (place >= LASTS_MS || scanner === undefined) return []
  const random = chancesOf(scene, 2)
  return Array.from({ length: ATTEMPTS_PER_SECOND }).flatMap(() => {
    const neighbours = scene.servers(TARGETS[random.below(TARGETS.length)] ?? '')
    const to = neighbours[random.below(neighbours.length)]
    const port = PORTS[random.below(PORTS.length)] ?? 0
    if (to === undefined) return []
    const time = scene.time + random.below(1000)
    const verdict = scene.verdict(scanner, to, port, 'TCP')
    return [
      flowRecord(
        { time, from: scanner, to, service: null, port, protocol: 'TCP', verdict, l7: null, family: 'IPv4', phase: 'start', count: 1 },
        random,
      ),
    ]
  })
}
