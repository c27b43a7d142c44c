import type { Probe } from '../cluster'
import type { Fields } from '../fields'

const KINDS = ['readiness', 'liveness', 'startup'] as const
const NO_PROBES: readonly Probe[] = []

/** The probes of a container that ask a port of it; those that run a command have none. */
export function readProbes(container: Fields): readonly Probe[] {
  const probes = KINDS.flatMap((kind): readonly Probe[] => {
    if (!container.has(`${kind}Probe`)) return []
    const probe = container.object(`${kind}Probe`)
    const [action] = ['httpGet', 'tcpSocket', 'grpc'].flatMap((name) => (probe.has(name) ? probe.object(name) : []))
    const port = action?.portOrName('port') ?? null
    return port === null ? [] : [{ kind, port }]
  })
  return probes.length === 0 ? NO_PROBES : probes
}
