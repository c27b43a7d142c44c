import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cluster } from '../../model/cluster'
import { aCluster } from '../../model/testing/a-cluster'
import { aNode, aPod, aWorkload } from '../../model/testing/objects'
import { enforcerOf } from '../enforcer'
import { detectNetwork } from './detect-network'

type Daemon = { readonly namespace?: string; readonly containers?: readonly object[] }

function daemonSet(name: string, { namespace = 'kube-system', containers = [{ name: 'app' }] }: Daemon = {}): object {
  const podLabels = { 'k8s-app': name }
  const spec = { selector: { matchLabels: podLabels }, template: { metadata: { labels: podLabels }, spec: { containers } } }
  return aWorkload('apps/v1', 'DaemonSet', { name, namespace, spec })
}

const flannel = daemonSet('kube-flannel-ds', { namespace: 'kube-flannel', containers: [{ name: 'kube-flannel' }] })
const calico = daemonSet('calico-node', { containers: [{ name: 'calico-node' }] })
const k3s = (...words: readonly string[]) =>
  aNode({
    name: 'server-1',
    annotations: { 'k3s.io/node-args': JSON.stringify(['server', ...words]), 'flannel.alpha.coreos.com/backend-type': 'vxlan' },
  })

/** `NAME: ENFORCES`. */
function brief(objects: readonly object[], unread: readonly string[] = []): string {
  return briefOf(aCluster(objects, { unread }))
}

function briefOf(cluster: Cluster): string {
  const { name, policy } = detectNetwork(cluster)
  return `${name}: ${policy.enforces}`
}

test('what was not seen is not known', () => {
  expect(brief([])).toBe('null: unknown')
  expect(brief([daemonSet('node-exporter')])).toBe('null: unknown')
})

test('Canal is one pod with both daemons, also where its DaemonSet has another name', () => {
  const both = daemonSet('rke2-canal', { containers: [{ name: 'calico-node' }, { name: 'kube-flannel' }] })
  expect(brief([both])).toBe('Canal: yes')
  expect(brief([calico, flannel])).toBe('Calico policy over Flannel: yes')
  expect(brief([flannel])).toBe('Flannel: no')
})

test('Flannel enforces with its optional container', () => {
  const guarded = daemonSet('kube-flannel-ds', { containers: [{ name: 'kube-flannel' }, { name: 'kube-network-policies' }] })
  expect(brief([guarded])).toBe('kube-network-policies policy over Flannel: yes')
})

test('k3s enforces unless its servers are told not to', () => {
  expect(brief([k3s()])).toBe('k3s: yes')
  expect(brief([k3s('--disable-network-policy')])).toBe('k3s: no')
  expect(brief([k3s('--disable-network-policy=false')])).toBe('k3s: yes')
  expect(brief([aNode({ labels: { 'node.kubernetes.io/instance-type': 'k3s' } })])).toBe('k3s: unknown')
  expect(brief([k3s('--flannel-backend', 'none', '--disable-network-policy'), calico])).toBe('Calico: yes')
  expect(detectNetwork(aCluster([k3s()])).network?.plugin).toBe('Flannel')
})

test('of the arguments of k3s only those that matter are shown', () => {
  const { policy } = detectNetwork(aCluster([k3s('--token', 'hidden', '--flannel-backend=host-gw')]))
  expect(JSON.stringify(policy.evidence)).not.toContain('hidden')
  expect(policy.evidence.map(({ text }) => text)).toContain(
    'Server server-1 states --flannel-backend=host-gw in its annotation k3s.io/node-args.',
  )
})

test('the policy agent of AWS counts when it is on', () => {
  const aws = (...args: readonly string[]) =>
    daemonSet('aws-node', {
      containers: [{ name: 'aws-node' }, { name: 'aws-eks-nodeagent', image: 'ecr/amazon/aws-network-policy-agent:v1', args }],
    })
  const configMap = (value: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'amazon-vpc-cni', namespace: 'kube-system' },
    data: { 'enable-network-policy-controller': value },
  })
  expect(brief([aws('--enable-network-policy=true'), configMap('true')])).toBe('AWS VPC CNI: yes')
  expect(brief([aws('--enable-network-policy=false'), configMap('true')])).toBe('AWS VPC CNI: no')
  expect(brief([aws('--enable-network-policy=true'), configMap('false')])).toBe('AWS VPC CNI: no')
  expect(brief([aws()])).toBe('AWS VPC CNI: unknown')
  expect(brief([daemonSet('aws-node', { containers: [{ name: 'aws-node' }] })])).toBe('AWS VPC CNI: no')
  expect(brief([daemonSet('aws-node')])).toBe('AWS VPC CNI: unknown')
})

test('GKE and AKS enforce only with an engine, and silence counts only where DaemonSets are in sight', () => {
  const gke = aNode({ labels: { 'cloud.google.com/gke-nodepool': 'default' } })
  const aks = aNode({ labels: { 'kubernetes.azure.com/cluster': 'c' } })
  const seen = daemonSet('kube-proxy')
  expect(brief([gke, daemonSet('anetd', { containers: [{ name: 'cilium-agent' }] })])).toBe('GKE Dataplane V2 (Cilium): yes')
  expect(brief([gke, calico])).toBe('Calico policy over GKE alias addresses: yes')
  expect(brief([gke, seen])).toBe('GKE: no')
  expect(brief([gke])).toBe('GKE: unknown')
  expect(brief([gke, seen], ['apps/DaemonSet'])).toBe('GKE: unknown')
  expect(brief([aks, daemonSet('azure-cns'), seen])).toBe('AKS: no')
  expect(brief([aks, daemonSet('azure-npm')])).toBe('Azure NPM policy over Azure CNI: yes')
  expect(brief([aks, daemonSet('cilium')])).toBe('Cilium policy over Azure CNI: yes')
})

test('OpenShift says itself what its network is', () => {
  const network = (networkType: string) => ({
    apiVersion: 'config.openshift.io/v1',
    kind: 'Network',
    metadata: { name: 'cluster' },
    status: { networkType },
  })
  expect(brief([network('OVNKubernetes')])).toBe('OVN-Kubernetes: yes')
  expect(brief([network('OpenShiftSDN')])).toBe('OpenShift SDN: unknown')
  expect(brief([network('Calico'), calico])).toBe('Calico: yes')
  expect(brief([daemonSet('ovnkube-node', { namespace: 'ovn-kubernetes' })])).toBe('OVN-Kubernetes: yes')
})

test('kindnet by the age of its image, Weave by its controller', () => {
  const kindnet = (image: string) => daemonSet('kindnet', { containers: [{ name: 'kindnet-cni', image }] })
  expect(brief([kindnet('docker.io/kindest/kindnetd:v20240813-c6f155d6')])).toBe('kindnet: yes')
  expect(brief([kindnet('docker.io/kindest/kindnetd:v20230511-dc714da8')])).toBe('kindnet: no')
  expect(brief([kindnet('registry/kindnetd:latest')])).toBe('kindnet: unknown')
  expect(brief([daemonSet('weave-net', { containers: [{ name: 'weave' }, { name: 'weave-npc' }] })])).toBe('Weave Net: yes')
  expect(brief([daemonSet('weave-net', { containers: [{ name: 'weave' }] })])).toBe('Weave Net: no')
})

test('Cilium may be set to enforce nothing, or to leave the network to another', () => {
  const config = (data: object) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cilium-config', namespace: 'kube-system' },
    data,
  })
  const cilium = daemonSet('cilium', { containers: [{ name: 'cilium-agent' }] })
  expect(brief([cilium, config({ 'enable-policy': 'never' })])).toBe('Cilium: no')
  expect(brief([cilium, config({ 'cni-chaining-mode': 'aws-cni' }), daemonSet('aws-node')])).toBe('Cilium policy over AWS VPC CNI: yes')
})

test('that the settings of Cilium could not be read is said', () => {
  const cilium = daemonSet('cilium', { containers: [{ name: 'cilium-agent' }] })
  const reasonOf = (unread: readonly string[]) => detectNetwork(aCluster([cilium], { unread })).policy.reason
  expect(reasonOf([])).toBe('Cilium enforces NetworkPolicy')
  expect(reasonOf(['/ConfigMap'])).toBe(
    'Cilium enforces NetworkPolicy unless ConfigMap kube-system/cilium-config says enable-policy: never, which could not be read',
  )
})

test('how Calico carries packets is read from the field that says so', () => {
  const transport = (spec: object) => {
    const pool = { apiVersion: 'crd.projectcalico.org/v1', kind: 'IPPool', metadata: { name: 'default' }, spec }
    const found = detectNetwork(aCluster([calico, pool])).network?.transport
    return `${found?.value}: ${found?.from.text}`
  }
  expect(transport({ ipipMode: 'Never' })).toBe('plain routes (BGP): IPPool default says spec.ipipMode: Never.')
  expect(transport({ vxlanMode: 'Never' })).toBe('plain routes (BGP): IPPool default says spec.vxlanMode: Never.')
  expect(transport({ vxlanMode: 'CrossSubnet', ipipMode: 'Never' })).toContain('VXLAN between subnets, plain routes within one: IPPool')
})

test('kube-router without its firewall enforces nothing', () => {
  const router = (...args: readonly string[]) =>
    daemonSet('kube-router', { containers: [{ name: 'kube-router', image: 'cloudnativelabs/kube-router:v2', args }] })
  expect(brief([router()])).toBe('kube-router: yes')
  expect(brief([router('--run-firewall=false')])).toBe('kube-router: no')
  expect(brief([router('--run-router=false'), flannel])).toBe('kube-router policy over Flannel: yes')
})

test('a plugin whose pods are not ready leaves it open who enforces', () => {
  const status = { desiredNumberScheduled: 1, numberReady: 0 }
  const stopped = { ...calico, status }
  const pod = (ready: boolean) =>
    aPod({ name: 'calico-node-x', namespace: 'kube-system', ready, node: 'node-1', owner: { kind: 'DaemonSet', name: 'calico-node' } })
  expect(brief([stopped, pod(false)])).toBe('null: unknown')
  expect(detectNetwork(aCluster([stopped, pod(false)])).leftovers.map(({ name, state }) => `${name} ${state}`)).toEqual(['Calico stopped'])
  expect(brief([stopped, pod(true)])).toBe('Calico: yes')
  expect(brief([stopped, flannel])).toBe('Flannel: unknown')
  // Nobody may look at pods: that none is seen says nothing.
  expect(brief([stopped], ['/Pod'])).toBe('Calico: yes')
})

test('machines without the plugin are named', () => {
  const pod = aPod({ name: 'calico-node-x', namespace: 'kube-system', node: 'node-1', owner: { kind: 'DaemonSet', name: 'calico-node' } })
  const network = detectNetwork(aCluster([calico, pod, aNode(), aNode({ name: 'node-2' })]))
  expect(network.policy.missingOn).toEqual(['node-2'])
  expect(enforcerOf(network).evidence).toContain('runs on 1 of 2 machines. Calico enforces NetworkPolicy. It is not ready on node-2')
})

test('a DaemonSet that is deleted while its objects stay is no longer said to enforce', () => {
  const pool = { apiVersion: 'crd.projectcalico.org/v1', kind: 'IPPool', metadata: { name: 'default' }, spec: { cidr: '10.0.0.0/16' } }
  expect(brief([pool, calico])).toBe('Calico: yes')
  expect(brief([pool])).toBe('null: unknown')
  expect(brief([pool, flannel])).toBe('Flannel: no')
})

test('nobody is said to enforce nothing while DaemonSets could not all be read', () => {
  expect(brief([flannel], ['apps/DaemonSet'])).toBe('Flannel: unknown')
})

test('the order of the documents plays no role', () => {
  const all = [calico, flannel, k3s(), daemonSet('kube-router'), daemonSet('cilium'), daemonSet('aws-node')]
  fc.assert(
    fc.property(fc.shuffledSubarray(all), (some) => {
      const sorted = all.filter((object) => some.includes(object))
      expect(brief(some)).toBe(brief(sorted))
    }),
  )
})
