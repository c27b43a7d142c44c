import { expect, test } from 'vitest'
import { aCluster } from './testing/a-cluster'

function settingsOf(place: string, data: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const [namespace, name] = place.split('/')
  const cluster = aCluster([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data }])
  expect(cluster.problems).toEqual([])
  return Object.fromEntries(cluster.settings.get(place) ?? [])
}

test('of a named ConfigMap only the fields that are of use stay', () => {
  const conf = 'apiVersion: v1\nclientConnection:\n  kubeconfig: /hidden\nipvs:\n  scheduler: "lc" # why\n  strictARP: true\nmode: ipvs\n'
  expect(settingsOf('kube-system/kube-proxy', { 'config.conf': conf, 'kubeconfig.conf': 'hidden' })).toEqual({
    'config.conf mode': 'ipvs',
    'config.conf ipvs.scheduler': 'lc',
  })
  expect(settingsOf('kube-system/cilium-config', { tunnel: 'vxlan', debug: 'hidden' })).toEqual({ tunnel: 'vxlan' })
})

test('an empty value is a value, and an entry in JSON is read too', () => {
  expect(settingsOf('kube-system/kube-proxy', { 'config.conf': 'mode: ""\n' })).toEqual({ 'config.conf mode': '' })
  expect(settingsOf('kube-system/kube-proxy', { 'config.conf': '{"mode":"nftables"}' })).toEqual({ 'config.conf mode': 'nftables' })
  expect(settingsOf('kube-flannel/kube-flannel-cfg', { 'net-conf.json': '{"Network":"10.0.0.0/8","Backend":{"Type":"vxlan"}}' })).toEqual({
    'net-conf.json Network': '10.0.0.0/8',
    'net-conf.json Backend.Type': 'vxlan',
  })
})

test('the zones of CoreDNS are those of its first kubernetes plugin', () => {
  const Corefile = '.:53 {\n  # kubernetes old.local\n  kubernetes corp.local in-addr.arpa {\n    pods insecure\n  }\n  cache 30\n}\n'
  expect(settingsOf('kube-system/coredns', { Corefile })).toEqual({
    'Corefile kubernetes': 'corp.local in-addr.arpa',
    'Corefile pods': 'insecure',
  })
})

test('a field with the name of another section is not taken for it', () => {
  const mesh = 'accessLog:\n  mode: hidden\noutboundTrafficPolicy:\n  mode: REGISTRY_ONLY\ntrustDomain: corp\n'
  expect(settingsOf('istio-system/istio', { mesh })).toEqual({
    'mesh outboundTrafficPolicy.mode': 'REGISTRY_ONLY',
    'mesh trustDomain': 'corp',
  })
})

test('a ConfigMap that nobody reads, a broken one and a very long entry leave nothing', () => {
  expect(
    aCluster([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'shop' }, data: { Corefile: 'x' } }]).settings
      .size,
  ).toBe(0)
  expect(settingsOf('kube-system/kube-proxy', { 'config.conf': `mode: ipvs\n${' '.repeat(70_000)}` })).toEqual({})
  expect(settingsOf('kube-flannel/kube-flannel-cfg', { 'net-conf.json': '{"Network":' })).toEqual({})
})
