import type { Cluster } from '../../model/cluster'
import type { PodRef } from '../../model/names'
import { serviceEndpoints } from '../../model/service-endpoints'
import { detectDns } from '../../platform/dns/detect-dns'
import { destinationRulesOf } from '../../platform/services/destination-rules'
import type { ExpectedEncryption, MeshClient, MeshExemption } from '../mesh-answer'
import { serverMtls } from './expected-mtls'
import type { MeshTarget } from './mesh-pod'

/**
 * What is expected of one connection to a member. `told`: what a DestinationRule tells clients of its Service; `unknown` when
 * one may be there that could not be read.
 */
export function expectedEncryption(
  target: MeshTarget,
  port: number,
  exemption: MeshExemption | null,
  client: MeshClient,
  told: ClientRule | 'unknown' | null,
): ExpectedEncryption {
  if (exemption !== null) return plain('The connection does not pass the proxy of the destination.')
  if (client.isMember === 'no' || (client.isMember === 'yes' && client.identity === null))
    return plain('The client shows no certificate of the mesh.')
  if (told !== null && told !== 'unknown' && told.mode !== 'ISTIO_MUTUAL' && target.mesh === 'istio')
    return plain(`DestinationRule ${told.rule} tells clients of Service ${told.service} to use ${told.mode}.`)
  const { expected } = serverMtls(target)
  const mode = (expected.find((one) => one.port === port) ?? expected.find((one) => one.port === null))?.mode
  if (mode === 'DISABLE' && target.mesh === 'istio' && target.istio.dataplane === 'sidecar')
    return plain('The destination does not take certificates there.')
  if (mode === 'unknown') return { mutualTls: 'unknown', because: 'Several rules may hold for the destination.' }
  if (told === 'unknown' && target.mesh === 'istio')
    return { mutualTls: 'unknown', because: 'Not every DestinationRule could be read: one may tell clients otherwise.' }
  if (client.isMember === 'perhaps') return { mutualTls: 'unknown', because: 'Whether the client is in the mesh is not known.' }
  return { mutualTls: 'expected', because: 'Both ends are in the mesh.' }
}

function plain(because: string): ExpectedEncryption {
  return { mutualTls: 'not-expected', because }
}

/** What clients of a pod are told about TLS, and for which Service. */
export type ClientRule = { readonly mode: string; readonly rule: string; readonly service: string }

/** The DestinationRules that say something about TLS, by the pods behind their Services. */
export function clientRules(cluster: Cluster): ReadonlyMap<PodRef, ClientRule> {
  const rules = new Map<PodRef, ClientRule>()
  if (!cluster.entryObjects.some(({ kind }) => kind === 'DestinationRule')) return rules
  const zone = detectDns(cluster).zone.value
  for (const service of cluster.services.values()) {
    const rule = destinationRulesOf(cluster, service, zone).find(({ tlsMode }) => tlsMode !== null)
    if (rule === undefined || rule.tlsMode === null) continue
    const told = { mode: rule.tlsMode, rule: `${rule.namespace}/${rule.name}`, service: `${service.namespace}/${service.name}` }
    for (const { pod } of serviceEndpoints(cluster, service)) if (pod !== null && !rules.has(pod)) rules.set(pod, told)
  }
  return rules
}
