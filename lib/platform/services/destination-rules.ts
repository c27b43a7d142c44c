import type { Cluster, Service } from '../../model/cluster'
import { istioHost } from '../../model/doors/istio-hosts'
import { entryIndex } from '../../model/entry/entry-index'
import type { DestinationRule } from '../../model/entry/istio-objects'
import { type Fact, fieldEvidence, objectOf } from '../evidence'

/** The DestinationRules of Istio that are written for a Service: those that name it, then those for many hosts. */
export function destinationRulesOf(cluster: Cluster, service: Service, zone: string): readonly DestinationRule[] {
  const name = `${service.name}.${service.namespace}.svc.${zone}`
  const rules = entryIndex(cluster).all('DestinationRule')
  const wide = rules.filter(({ host }) => host === '*' || (host.startsWith('*.') && name.endsWith(host.slice(1))))
  const own = rules.filter(({ host, namespace }) => {
    if (host.includes('*')) return false
    const end = istioHost(cluster, host, namespace)
    return end.kind === 'service' && end.service === service.ref
  })
  return [...own, ...wide.sort((a, b) => b.host.length - a.host.length)]
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['LEAST_REQUEST', 'the endpoint with the fewest requests, of two drawn by lot'],
  ['LEAST_CONN', 'the endpoint with the fewest requests, of two drawn by lot'],
  ['ROUND_ROBIN', 'round robin by request'],
  ['RANDOM', 'random for each request'],
  ['PASSTHROUGH', 'none: to the address that the client asked for'],
])

const KEYS: ReadonlyMap<string, string> = new Map([
  ['httpHeaderName', 'the header'],
  ['httpCookie', 'a cookie'],
  ['useSourceIp', 'the client address'],
  ['httpQueryParameterName', 'a query parameter'],
])

const PATH = 'spec.trafficPolicy.loadBalancer'

/** How proxies choose an endpoint by a DestinationRule; null when it does not say. */
export function ruleStrategy({ balancing, meta }: DestinationRule): Fact | null {
  if (balancing === null) return null
  if (balancing.kind === 'simple') {
    const value = SIMPLE.get(balancing.name)
    return value === undefined ? null : { value, from: fieldEvidence('object', objectOf(meta), `${PATH}.simple`, balancing.name) }
  }
  const { key, header } = balancing
  const value = `by hash of ${KEYS.get(key) ?? key}${header === null ? '' : ` ${header}`}`
  return { value, from: fieldEvidence('object', objectOf(meta), `${PATH}.consistentHash`, key) }
}
