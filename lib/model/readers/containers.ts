import type { Container, ContainerPort } from '../cluster'
import type { Fields } from '../fields'
import { readNamedHosts } from '../named-hosts'
import { PROTOCOLS } from '../protocol'
import { readProbes } from './probes'
import { readSystemFlags } from './system-flags'

/** Regular containers, sidecars (init containers that keep running) and init containers, in that order. */
export function readContainers(spec: Fields, status: Fields | null): readonly Container[] {
  const states = readStates(status)
  const read = (container: Fields, kind: Container['kind']): Container => {
    const name = container.string('name') ?? ''
    const state = states.get(name)
    return {
      name,
      image: container.string('image'),
      kind,
      ports: readPorts(container),
      flags: readSystemFlags(container),
      ready: state?.ready ?? null,
      restarts: state?.restarts ?? 0,
      waiting: state?.waiting ?? null,
      probes: readProbes(container),
      names: readNamedHosts(container),
    }
  }
  const regular = spec.list('containers').map((container) => read(container, 'regular'))
  const started = spec
    .list('initContainers')
    .map((container) => read(container, container.string('restartPolicy') === 'Always' ? 'sidecar' : 'init'))
  const isSidecar = (container: Container): boolean => container.kind === 'sidecar'
  return [...regular, ...started.filter(isSidecar), ...started.filter((container) => !isSidecar(container))]
}

function readPorts(container: Fields): readonly ContainerPort[] {
  const ports: ContainerPort[] = []
  for (const port of container.list('ports')) {
    const number = port.port('containerPort')
    if (number === null) {
      if (!port.has('containerPort')) port.warning('containerPort', 'a container port has no number')
      continue
    }
    ports.push({
      name: port.string('name') || null,
      port: number,
      protocol: port.oneOf('protocol', PROTOCOLS, 'TCP'),
      // 0 is how the API says "none".
      hostPort: port.integer('hostPort', 0, 65_535) || null,
    })
  }
  return ports
}

type ContainerState = Pick<Container, 'restarts' | 'waiting'> & { readonly ready: boolean }

function readStates(status: Fields | null): ReadonlyMap<string, ContainerState> {
  const states = new Map<string, ContainerState>()
  if (status === null) return states
  for (const key of ['containerStatuses', 'initContainerStatuses']) {
    for (const entry of status.list(key)) {
      states.set(entry.string('name') ?? '', {
        ready: entry.boolean('ready') ?? false,
        restarts: entry.integer('restartCount', 0, Number.MAX_SAFE_INTEGER) ?? 0,
        waiting: entry.object('state').object('waiting').string('reason') || null,
      })
    }
  }
  return states
}
