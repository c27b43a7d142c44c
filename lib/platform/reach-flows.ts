import type { Cluster, Service } from '../model/cluster'
import { serviceRef } from '../model/names'
import { detectNetwork } from './network/detect-network'

/** How to get at the flows that the network plugin of a cluster sees. */
export type FlowReach = {
  /** One sentence: what there is, or why there is nothing. */
  readonly text: string
  /** Commands to type in this order; empty where nothing can be typed. */
  readonly commands: readonly string[]
}

const FOLLOW = 'npx sluice serve --flows file:flows.jsonl'

/** Says with exact commands how this version gets the flows of this cluster. */
export function reachFlows(cluster: Cluster): FlowReach {
  const relay = cluster.services.get(serviceRef('kube-system', 'hubble-relay'))
  if (relay !== undefined) return throughRelay(relay)
  const { network, policy, name } = detectNetwork(cluster)
  const plugins = [network?.plugin ?? '', policy.plugin ?? '']
  if (plugins.some((plugin) => plugin.startsWith('Cilium'))) {
    return {
      text: 'Cilium sees every flow, but its relay (Service kube-system/hubble-relay) is not installed.',
      commands: ['cilium hubble enable', ...relayCommands('4245:80', '')],
    }
  }
  if (cluster.services.has(serviceRef('calico-system', 'goldmane'))) {
    return {
      text: 'Calico collects flows in Service calico-system/goldmane, which this version cannot ask; lines of your own can be posted.',
      commands: ['npx sluice serve --flows ingest'],
    }
  }
  const who = name === null ? 'No network plugin that reports flows was recognised' : `${name} reports no flows that this version can read`
  return { text: `${who}; lines of your own can be posted.`, commands: ['npx sluice serve --flows ingest'] }
}

function throughRelay({ ports }: Service): FlowReach {
  const hasTls = ports.some(({ port }) => port === 443) && !ports.some(({ port }) => port === 80)
  const tls = hasTls ? ' --tls --tls-allow-insecure' : ''
  return {
    text: 'Cilium reports every flow through Service kube-system/hubble-relay.',
    commands: relayCommands(hasTls ? '4245:443' : '4245:80', tls),
  }
}

function relayCommands(ports: string, tls: string): readonly string[] {
  return [
    `kubectl -n kube-system port-forward svc/hubble-relay ${ports} &`,
    `hubble observe --server 127.0.0.1:4245${tls} --follow -o json >> flows.jsonl &`,
    FOLLOW,
  ]
}
