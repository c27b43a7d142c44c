import type { Cluster, Service } from '../model/cluster'
import { serviceRef, workloadRef } from '../model/names'
import type { FlowStep, FlowWay } from './flow-way'
import { detectMeshes } from './mesh/detect-meshes'
import { detectNetwork } from './network/detect-network'
import { pluginLogs } from './plugin-logs'

const OPERATOR = workloadRef('tigera-operator', 'tigera-operator', 'Deployment')

/** The ways to the flows of a cluster by what runs in it, best first; the last one, sending lines, is always there. */
export function reachFlows(cluster: Cluster): readonly FlowWay[] {
  const own = hubbleWay(cluster) ?? calicoWay(cluster) ?? logWay(cluster)
  const ways = [own, netobservWay(cluster), meshWay(cluster)].filter((way) => way !== null)
  return [...(ways.length === 0 ? [anyNetworkWay(cluster)] : ways), POSTED]
}

const POSTED: FlowWay = {
  text: 'Anything that can send a file over HTTP can post lines: log shippers, scripts, curl.',
  steps: [],
  flows: ['ingest'],
}

function hubbleWay(cluster: Cluster): FlowWay | null {
  const relay = cluster.services.get(serviceRef('kube-system', 'hubble-relay'))
  if (relay !== undefined) return relayWay(relay, 'kube-system')
  const managed = cluster.services.get(serviceRef('gke-managed-dpv2-observability', 'hubble-relay'))
  if (managed !== undefined) return relayWay(managed, 'gke-managed-dpv2-observability')
  const { network, policy } = detectNetwork(cluster)
  if (network?.plugin !== 'Cilium' && policy.plugin !== 'Cilium') return null
  return {
    text: 'Cilium sees every flow, but its relay (Service kube-system/hubble-relay) is not installed.',
    steps: [{ about: 'Install the relay', command: 'cilium hubble enable' }, forward('kube-system', 'hubble-relay', '4245:80')],
    flows: ['hubble:127.0.0.1:4245'],
  }
}

function relayWay({ ports }: Service, namespace: string): FlowWay {
  const hasTls = ports.some(({ port }) => port === 443) && !ports.some(({ port }) => port === 80)
  const text = `Hubble reports every flow through Service ${namespace}/hubble-relay (inside the cluster: --flows hubble:hubble-relay.${namespace}.svc:${hasTls ? 443 : 80}).`
  if (!hasTls) return { text, steps: [forward(namespace, 'hubble-relay', '4245:80')], flows: ['hubble:127.0.0.1:4245'] }
  return {
    text: `${text} It speaks TLS; the files come from its Secret.`,
    steps: [...tlsFiles(namespace, 'hubble-relay-client-certs', 'hubble'), forward(namespace, 'hubble-relay', '4245:443')],
    flows: ['hubble:127.0.0.1:4245?ca=hubble-ca.crt&cert=hubble-tls.crt&key=hubble-tls.key&serverName=ui.hubble-relay.cilium.io'],
  }
}

function calicoWay(cluster: Cluster): FlowWay | null {
  if (cluster.services.has(serviceRef('calico-system', 'goldmane'))) {
    return {
      text: 'Calico collects the flows of all machines in Service calico-system/goldmane, with every policy that decided. It speaks mutual TLS.',
      steps: [
        ...tlsFiles('calico-system', 'whisker-backend-key-pair', 'goldmane', ['tls.crt', 'tls.key']),
        {
          about: 'Fetch the authority',
          command:
            "kubectl -n calico-system get configmap goldmane-ca-bundle -o jsonpath='{.data.tigera-ca-bundle\\.crt}' > goldmane-ca.crt",
        },
        forward('calico-system', 'goldmane', '7443:7443'),
      ],
      flows: ['goldmane:127.0.0.1:7443?ca=goldmane-ca.crt&cert=goldmane-tls.crt&key=goldmane-tls.key&serverName=goldmane'],
    }
  }
  if (!cluster.workloads.has(OPERATOR)) return null
  return {
    text: 'Calico 3.30 and later collects flows in Goldmane, which is not installed. Once its pod runs, this page says how to reach it.',
    steps: [{ about: 'Install Goldmane and Whisker', command: `echo '${GOLDMANE}' | kubectl apply -f -` }],
    flows: [],
  }
}

const GOLDMANE =
  '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"operator.tigera.io/v1","kind":"Goldmane","metadata":{"name":"default"}},{"apiVersion":"operator.tigera.io/v1","kind":"Whisker","metadata":{"name":"default"}}]}'

function netobservWay(cluster: Cluster): FlowWay | null {
  if (!cluster.services.has(serviceRef('netobserv', 'loki'))) return null
  return {
    text: 'NetObserv keeps its flow records in Loki, Service netobserv/loki.',
    steps: [forward('netobserv', 'loki', '3100:3100')],
    flows: ['netobserv-loki:http://127.0.0.1:3100#tenant=netobserv'],
  }
}

function meshWay(cluster: Cluster): FlowWay | null {
  const meshes = detectMeshes(cluster).filter(({ state }) => state === 'running')
  if (meshes.length === 0) return null
  const names = meshes.map(({ name }) => name).join(' and ')
  const prometheus = [...cluster.services.values()].find(
    ({ meta, ports }) => meta.name.includes('prometheus') && ports.some(({ port }) => port === 9090),
  )
  const place = prometheus?.meta
  if (place == null || place.namespace === null) {
    return {
      text: `The proxies of ${names} log requests where access logs are on; let a log shipper send them (docs/log-shippers.md).`,
      steps: [],
      flows: ['forward:127.0.0.1:24224'],
    }
  }
  const { name, namespace } = place
  return {
    text: `The proxies of ${names} count requests and connections, and Prometheus (Service ${namespace}/${name}) has their counters.`,
    steps: [forward(namespace, name, '9090:9090')],
    flows: ['prometheus:http://127.0.0.1:9090'],
  }
}

/** What the network plugin writes down, where it says nothing over the network. */
function logWay(cluster: Cluster): FlowWay | null {
  const { network, policy } = detectNetwork(cluster)
  const logs = pluginLogs(policy.plugin) ?? pluginLogs(network?.plugin ?? null)
  return logs === null ? null : { ...logs, flows: ['forward:127.0.0.1:24224'] }
}

function anyNetworkWay(cluster: Cluster): FlowWay {
  const { name } = detectNetwork(cluster)
  const who = name === null ? 'No network plugin that reports flows was recognised' : `${name} reports no flows of its own`
  return {
    text: `${who}. NetObserv and Microsoft Retina see the traffic of any network; logs of proxies and of the kernel can be sent by a log shipper (docs/log-shippers.md).`,
    steps: [],
    flows: ['forward:127.0.0.1:24224'],
  }
}

function forward(namespace: string, service: string, ports: string): FlowStep {
  return { about: 'Forward its port', command: `kubectl -n ${namespace} port-forward svc/${service} ${ports} &` }
}

function tlsFiles(
  namespace: string,
  secret: string,
  prefix: string,
  keys: readonly string[] = ['ca.crt', 'tls.crt', 'tls.key'],
): readonly FlowStep[] {
  return keys.map((key) => ({
    about: `Fetch ${key}`,
    command: `kubectl -n ${namespace} get secret ${secret} -o jsonpath='{.data.${key.replace('.', '\\.')}}' | base64 -d > ${prefix}-${key}`,
  }))
}
