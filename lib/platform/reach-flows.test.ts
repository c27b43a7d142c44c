import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { aService, aWorkload } from '../model/testing/objects'
import { reachFlows } from './reach-flows'

function daemonSet(name: string, container: string): object {
  const podLabels = { 'k8s-app': name }
  const spec = {
    selector: { matchLabels: podLabels },
    template: { metadata: { labels: podLabels }, spec: { containers: [{ name: container }] } },
  }
  return aWorkload('apps/v1', 'DaemonSet', { name, namespace: 'kube-system', spec })
}

const cilium = daemonSet('cilium', 'cilium-agent')
const calico = daemonSet('calico-node', 'calico-node')
const relay = (port: number) => aService({ name: 'hubble-relay', namespace: 'kube-system', spec: { ports: [{ port }] } })

const commands = (...objects: readonly object[]) => reachFlows(aCluster(objects)).commands

test('Hubble relay is asked through a forwarded port, with TLS where it speaks only that', () => {
  expect(commands(cilium, relay(80))).toEqual([
    'kubectl -n kube-system port-forward svc/hubble-relay 4245:80 &',
    'hubble observe --server 127.0.0.1:4245 --follow -o json >> flows.jsonl &',
    'npx sluice serve --flows file:flows.jsonl',
  ])
  expect(commands(relay(443)).slice(0, 2)).toEqual([
    'kubectl -n kube-system port-forward svc/hubble-relay 4245:443 &',
    'hubble observe --server 127.0.0.1:4245 --tls --tls-allow-insecure --follow -o json >> flows.jsonl &',
  ])
})

test('Cilium without relay is told how to get it', () => {
  expect(commands(cilium)[0]).toBe('cilium hubble enable')
})

test('what this version cannot ask is said, with the way that is left', () => {
  const goldmane = aService({ name: 'goldmane', namespace: 'calico-system', spec: { ports: [{ port: 7443 }] } })
  expect(reachFlows(aCluster([calico, goldmane])).text).toContain('calico-system/goldmane, which this version cannot ask')
  expect(reachFlows(aCluster([calico])).text).toContain('Calico reports no flows that this version can read')
  expect(reachFlows(aCluster()).text).toContain('No network plugin that reports flows was recognised')
  for (const objects of [[calico, goldmane], [calico], []]) expect(commands(...objects)).toEqual(['npx sluice serve --flows ingest'])
})
