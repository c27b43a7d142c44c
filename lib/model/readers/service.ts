import { canonicalAddress } from '../address'
import type { Service, ServicePort } from '../cluster'
import type { Fields } from '../fields'
import { serviceRef } from '../names'
import type { ObjectMeta } from '../object'
import { PROTOCOLS } from '../protocol'

const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const
const FAMILY_POLICIES = ['SingleStack', 'PreferDualStack', 'RequireDualStack'] as const
const TRAFFIC_POLICIES = ['Cluster', 'Local'] as const

export function readService(document: Fields, meta: ObjectMeta): Service {
  const namespace = meta.namespace ?? ''
  const spec = document.object('spec')
  const type = spec.oneOf('type', TYPES, 'ClusterIP')
  const clusterIp = spec.string('clusterIP')
  const affinity = spec.object('sessionAffinityConfig').object('clientIP')
  const mode = spec.oneOf('sessionAffinity', ['None', 'ClientIP'], 'None')
  const externalName = spec.string('externalName')
  if (type === 'ExternalName' && !externalName) spec.problem('externalName', 'an ExternalName Service needs a name')
  return {
    ref: serviceRef(namespace, meta.name),
    meta,
    namespace,
    name: meta.name,
    type,
    headless: type !== 'ExternalName' && clusterIp === 'None',
    selector: spec.has('selector') ? spec.labels('selector') : null,
    ports: readPorts(spec),
    clusterIps: readAddresses(spec, 'clusterIPs', clusterIp),
    externalIps: readAddresses(spec, 'externalIPs', null),
    externalName: type === 'ExternalName' && externalName ? canonicalDnsName(externalName) : null,
    loadBalancer: {
      class: spec.string('loadBalancerClass'),
      ingress: type === 'LoadBalancer' ? readLoadBalancer(document.object('status').object('loadBalancer')) : [],
      sourceRanges: spec.strings('loadBalancerSourceRanges'),
    },
    ipFamilyPolicy: spec.has('ipFamilyPolicy') ? spec.oneOf('ipFamilyPolicy', FAMILY_POLICIES, 'SingleStack') : null,
    ipFamilies: spec.strings('ipFamilies').filter((family) => family === 'IPv4' || family === 'IPv6'),
    sessionAffinity: { mode, timeoutSeconds: mode === 'ClientIP' ? (affinity.integer('timeoutSeconds', 1, 86_400) ?? 10_800) : null },
    internalTrafficPolicy: spec.oneOf('internalTrafficPolicy', TRAFFIC_POLICIES, 'Cluster'),
    externalTrafficPolicy: spec.oneOf('externalTrafficPolicy', TRAFFIC_POLICIES, 'Cluster'),
    trafficDistribution: spec.string('trafficDistribution'),
    publishNotReadyAddresses:
      spec.boolean('publishNotReadyAddresses') ?? meta.annotations.get('service.alpha.kubernetes.io/tolerate-unready-endpoints') === 'true',
    healthCheckNodePort: spec.integer('healthCheckNodePort', 0, 65_535) || null,
  }
}

/** Lower case, without the dot that ends a full name. */
export function canonicalDnsName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

function readPorts(spec: Fields): readonly ServicePort[] {
  const ports: ServicePort[] = []
  for (const port of spec.list('ports')) {
    const number = port.port('port')
    if (number === null) {
      if (!port.has('port')) port.problem('port', 'a Service port has no number')
      continue
    }
    // 0 and the empty string mean "the same as port".
    const target = port.get('targetPort')
    ports.push({
      name: port.string('name') || null,
      protocol: port.oneOf('protocol', PROTOCOLS, 'TCP'),
      port: number,
      targetPort: target === 0 || target === '' ? number : (numericName(port.portOrName('targetPort')) ?? number),
      nodePort: port.integer('nodePort', 0, 65_535) || null,
      appProtocol: port.string('appProtocol'),
    })
  }
  return ports
}

/** A target port that was quoted although it is a number; no port name consists of digits only. */
function numericName(target: number | string | null): number | string | null {
  if (typeof target !== 'string' || !/^\d{1,5}$/.test(target)) return target
  const number = Number(target)
  return number >= 1 && number <= 65_535 ? number : target
}

function readAddresses(spec: Fields, listKey: string, first: string | null): readonly string[] {
  const addresses = new Set<string>()
  for (const text of [...(first === null ? [] : [first]), ...spec.strings(listKey)]) {
    if (text === '' || text === 'None') continue
    const address = canonicalAddress(text)
    if (address === null) spec.problem(listKey, `"${text.slice(0, 60)}" is not an IP address`)
    else addresses.add(address)
  }
  return [...addresses]
}

function readLoadBalancer(loadBalancer: Fields): Service['loadBalancer']['ingress'] {
  return loadBalancer.list('ingress').map((entry) => {
    const ip = entry.string('ip')
    const hostname = entry.string('hostname')
    return {
      ip: ip ? canonicalAddress(ip) : null,
      hostname: hostname ? canonicalDnsName(hostname) : null,
      ipMode: entry.string('ipMode'),
    }
  })
}
