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
const service = (namespace: string, name: string, port: number) => aService({ name, namespace, spec: { ports: [{ port }] } })
const relay = (port: number) => service('kube-system', 'hubble-relay', port)
const istiod = aWorkload('apps/v1', 'Deployment', { name: 'istiod', namespace: 'istio-system', labels: { app: 'istiod' } })

const ways = (...objects: readonly object[]) => reachFlows(aCluster(objects))
const best = (...objects: readonly object[]) => {
  const [way] = ways(...objects)
  return way === undefined ? null : { commands: way.steps.map(({ command }) => command), flows: way.flows, text: way.text }
}

test('Hubble relay is asked through a forwarded port, with its certificates where it speaks only TLS', () => {
  expect(best(cilium, relay(80))).toMatchObject({
    commands: ['kubectl -n kube-system port-forward svc/hubble-relay 4245:80 &'],
    flows: ['hubble:127.0.0.1:4245'],
  })
  const secure = best(relay(443))
  expect(secure?.flows[0]).toContain('?ca=hubble-ca.crt&cert=hubble-tls.crt&key=hubble-tls.key&serverName=')
  expect(secure?.commands[0]).toBe(
    "kubectl -n kube-system get secret hubble-relay-client-certs -o jsonpath='{.data.ca\\.crt}' | base64 -d > hubble-ca.crt",
  )
})

test('Cilium without relay is told how to get it', () => {
  expect(best(cilium)?.commands[0]).toBe('cilium hubble enable')
})

test('Goldmane is asked by mutual TLS, and Calico without it is told how to get it where an operator runs', () => {
  const goldmane = best(calico, service('calico-system', 'goldmane', 7443))
  expect(goldmane?.flows[0]).toMatch(/^goldmane:127\.0\.0\.1:7443\?ca=.*&serverName=goldmane$/)
  expect(goldmane?.commands.at(-1)).toBe('kubectl -n calico-system port-forward svc/goldmane 7443:7443 &')
  const operator = aWorkload('apps/v1', 'Deployment', { name: 'tigera-operator', namespace: 'tigera-operator' })
  expect(best(calico, operator)?.commands[0]).toContain('"kind":"Goldmane"')
  expect(best(calico)?.text).toContain('Calico reports no flows of its own')
})

test('other plugins are made to log, meshes are asked by their counters, NetObserv by its Loki', () => {
  expect(best(daemonSet('antrea-agent', 'antrea-agent'))?.commands[0]).toContain('networkpolicy.antrea.io/enable-logging=true')
  expect(best(istiod)?.flows).toEqual(['forward:127.0.0.1:24224'])
  expect(best(istiod, service('monitoring', 'prometheus-k8s', 9090))).toMatchObject({
    commands: ['kubectl -n monitoring port-forward svc/prometheus-k8s 9090:9090 &'],
    flows: ['prometheus:http://127.0.0.1:9090'],
  })
  expect(best(service('netobserv', 'loki', 3100))?.flows).toEqual(['netobserv-loki:http://127.0.0.1:3100#tenant=netobserv'])
})

test('where nothing is known that is said, and lines can be posted everywhere', () => {
  expect(best()?.text).toContain('No network plugin that reports flows was recognised')
  for (const objects of [[cilium], [calico], []]) expect(ways(...objects).at(-1)?.flows).toEqual(['ingest'])
})
