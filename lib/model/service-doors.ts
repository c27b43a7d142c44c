import type { Cluster, Service } from './cluster'
import { type Door, type DoorPort, type DoorProblem, type DoorStanding, type DoorTarget, PREDICTED } from './door'
import { PLAIN_RULE } from './doors/door-draft'
import { deadPort } from './service-backend'

/** LoadBalancer, NodePort and external addresses: doors that Services open by themselves. */
export function serviceDoors(cluster: Cluster): readonly Door[] {
  return [...cluster.services.values()].flatMap((service) => {
    const doors: Door[] = []
    if (service.type === 'LoadBalancer') doors.push(loadBalancerDoor(cluster, service))
    if (service.type === 'NodePort') doors.push(nodePortDoor(cluster, service))
    if (service.externalIps.length > 0 && service.type !== 'ExternalName') {
      doors.push(door(cluster, service, 'ExternalIP', service.externalIps, servicePorts(service), []))
    }
    return doors
  })
}

function loadBalancerDoor(cluster: Cluster, service: Service): Door {
  const addresses = service.loadBalancer.ingress.flatMap(({ ip, hostname }) => ip ?? hostname ?? [])
  const pending: readonly DoorProblem[] =
    // A manifest that was never applied has no address to wait for.
    addresses.length > 0 || service.meta.uid === null
      ? []
      : [
          {
            code: 'address-pending',
            severity: 'warning',
            message: `Service ${service.namespace}/${service.name} has no address of a load balancer`,
            predicted: false,
            at: { meta: service.meta, path: ['status', 'loadBalancer'], value: null },
          },
        ]
  return door(cluster, service, 'LoadBalancer', addresses, servicePorts(service), pending)
}

/** The port number outside is the node port; one that is not assigned yet is left out. */
function nodePortDoor(cluster: Cluster, service: Service): Door {
  const ports = service.ports.flatMap(({ nodePort, protocol, name }) =>
    nodePort === null ? [] : [{ port: nodePort, protocol, tls: false, name }],
  )
  return door(cluster, service, 'NodePort', ['*'], ports, [])
}

function door(
  cluster: Cluster,
  service: Service,
  kind: Door['kind'],
  addresses: readonly string[],
  ports: readonly DoorPort[],
  problems: readonly DoorProblem[],
): Door {
  const targets: DoorTarget[] = []
  const dead: DoorProblem[] = []
  for (const port of service.ports) {
    const problem = deadPort(cluster, service, port)
    if (problem !== null && !dead.some((known) => known.message === problem.message)) dead.push(problem)
    targets.push({ ...PLAIN_RULE, kind: 'service', service: service.ref, port: port.port, works: problem === null })
  }
  return {
    id: `${kind}:${service.namespace}/${service.name}`,
    kind,
    namespace: service.namespace,
    name: service.name,
    meta: service.meta,
    className: service.loadBalancer.class,
    addresses,
    ports,
    hosts: [],
    targets,
    facts: serviceFacts(service),
    standing: standingOf(kind, addresses),
    problems: [...problems, ...dead],
  }
}

/** Only load balancers report back; the other ports are open as soon as the Service exists. */
function standingOf(kind: Door['kind'], addresses: readonly string[]): DoorStanding {
  if (kind !== 'LoadBalancer') return { by: 'object' }
  if (addresses.length === 0) return PREDICTED
  return { by: 'status', isOpen: true, text: 'a load balancer has given it an address' }
}

function servicePorts(service: Service): readonly DoorPort[] {
  return service.ports.map(({ port, protocol, name }) => ({ port, protocol, tls: false, name }))
}

/** Settings that change who gets through or where traffic goes; defaults are left out. */
function serviceFacts(service: Service): Door['facts'] {
  const facts: { name: string; value: string }[] = []
  if (service.externalTrafficPolicy === 'Local') facts.push({ name: 'externalTrafficPolicy', value: 'Local' })
  if (service.sessionAffinity.mode === 'ClientIP')
    facts.push({ name: 'sessionAffinity', value: `ClientIP for ${service.sessionAffinity.timeoutSeconds} s` })
  if (service.loadBalancer.sourceRanges.length > 0)
    facts.push({ name: 'loadBalancerSourceRanges', value: service.loadBalancer.sourceRanges.join(', ') })
  const nodePorts = service.type === 'LoadBalancer' ? service.ports.flatMap((port) => port.nodePort ?? []) : []
  if (nodePorts.length > 0) facts.push({ name: 'nodePorts', value: nodePorts.join(', ') })
  if (service.healthCheckNodePort !== null) facts.push({ name: 'healthCheckNodePort', value: String(service.healthCheckNodePort) })
  const modes = service.loadBalancer.ingress.flatMap((entry) => entry.ipMode ?? [])
  if (modes.includes('Proxy')) facts.push({ name: 'ipMode', value: 'Proxy' })
  facts.push({ name: 'client address', value: clientAddress(service) })
  return facts
}

/** Whether pods see who calls: without a local policy the machine that the traffic arrives at puts its own address in place of the client's. */
function clientAddress({ externalTrafficPolicy }: Service): string {
  return externalTrafficPolicy === 'Local' ? 'seen by the pods' : 'hidden by source NAT: pods see the machine that it arrived at'
}
