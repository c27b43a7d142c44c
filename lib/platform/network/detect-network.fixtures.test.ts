import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readManifests } from '@/server/kubernetes/manifests/read-manifests'
import { fixturesDir } from '@/testing/fixtures'
import type { Cluster } from '../../model/cluster'
import { flattenLists } from '../../model/flatten-lists'
import { readCluster } from '../../model/read-cluster'
import type { SourceDocument } from '../../model/source-document'
import { enforcerOf } from '../enforcer'
import { detectNetwork } from './detect-network'

const clusters = join(fixturesDir() ?? '', 'clusters')

async function clusterOf(paths: readonly string[], isKept: (document: SourceDocument) => boolean = () => true): Promise<Cluster> {
  const read = await Promise.all(paths.map((path) => readManifests(join(clusters, path))))
  const documents = flattenLists(read.flatMap(({ documents }) => documents)).filter(isKept)
  return readCluster(documents, { name: 'fixture', source: 'manifests' })
}

/** `NAME | network, transport | policy: enforces, reason`. */
async function plugins(...paths: readonly string[]): Promise<string> {
  return words(await clusterOf(paths))
}

function words(cluster: Cluster): string {
  const { name, network, policy } = detectNetwork(cluster)
  return `${name} | ${network?.plugin ?? '?'}, ${network?.transport?.value ?? '?'} | ${policy.plugin}: ${policy.enforces}, ${policy.reason}`
}

describe.skipIf(fixturesDir() === null)('plugins by their own files', () => {
  test('each is named, with its network and its policies apart', async () => {
    expect(await plugins('cni-calico/calico.yaml')).toBe('Calico | Calico, ? | Calico: yes, Calico enforces NetworkPolicy')
    expect(await plugins('cni-calico/calico-vxlan-configmap-and-daemonset.yaml')).toBe(
      'Calico | Calico, VXLAN | Calico: yes, Calico enforces NetworkPolicy',
    )
    expect(await plugins('cni-flannel')).toBe('Flannel | Flannel, VXLAN | Flannel: no, Flannel does not enforce NetworkPolicy')
    expect(await plugins('cni-canal')).toBe('Canal | Flannel, VXLAN | Calico: yes, Calico enforces NetworkPolicy')
    expect(await plugins('cni-cilium')).toBe('Cilium | Cilium, VXLAN | Cilium: yes, Cilium enforces NetworkPolicy')
    expect(await plugins('cni-kube-router/kube-router.yaml')).toBe(
      'kube-router | kube-router, ? | kube-router: yes, the firewall of kube-router enforces NetworkPolicy',
    )
    expect(await plugins('cni-kube-router/kube-router-firewall-only.yaml')).toBe(
      'kube-router | ?, ? | kube-router: yes, the firewall of kube-router enforces NetworkPolicy',
    )
    expect(await plugins('cni-antrea')).toBe('Antrea | Antrea, Geneve | Antrea: yes, Antrea enforces NetworkPolicy')
    expect(await plugins('cni-aws-vpc')).toBe(
      'AWS VPC CNI | AWS VPC CNI, addresses of the VPC, no encapsulation | AWS VPC CNI: no, the policy agent of the AWS VPC CNI is off (--enable-network-policy=false)',
    )
  })

  test('two of them side by side: who carries packets and who enforces', async () => {
    expect(await plugins('cni-calico/calico.yaml', 'cni-flannel')).toBe(
      'Calico policy over Flannel | Flannel, VXLAN | Calico: yes, Calico enforces NetworkPolicy',
    )
    expect(await plugins('cni-kube-router/kube-router-firewall-only.yaml', 'cni-flannel')).toBe(
      'kube-router policy over Flannel | Flannel, VXLAN | kube-router: yes, the firewall of kube-router enforces NetworkPolicy',
    )
    expect(await plugins('cni-calico/calico.yaml', 'cni-aws-vpc')).toBe(
      'Calico policy over AWS VPC CNI | AWS VPC CNI, addresses of the VPC, no encapsulation | Calico: yes, Calico enforces NetworkPolicy',
    )
  })

  test('base-cluster: Calico with its pool, on all machines', async () => {
    const cluster = await clusterOf(['base-cluster/live.json'])
    expect(words(cluster)).toBe('Calico | Calico, IP in IP | Calico: yes, Calico enforces NetworkPolicy')
    const { policy, leftovers, network } = detectNetwork(cluster)
    expect(policy.evidence.map(({ text }) => text)).toEqual([
      'DaemonSet kube-system/calico-node is Calico and runs on all 3 machines.',
      'There is an IPPool default-ipv4-ippool of Calico.',
      'All 3 machines carry the annotation projectcalico.org/IPv4Address, node-1 with 192.168.10.11/24.',
      'There is a ConfigMap kube-system/calico-config.',
    ])
    expect(network?.transport?.from.text).toBe('IPPool default-ipv4-ippool says spec.ipipMode: Always.')
    expect(leftovers).toEqual([])
  })

  test('base-cluster without the DaemonSet and pods of Calico: traces, and nobody knows who enforces', async () => {
    const isWorkloadOfCalico = ({ body }: SourceDocument): boolean => {
      const { kind, metadata } = body as { kind: string; metadata: { name: string } }
      return ['DaemonSet', 'Pod', 'Deployment', 'ReplicaSet'].includes(kind) && metadata.name.startsWith('calico')
    }
    const left = await clusterOf(['base-cluster/live.json'], (document) => !isWorkloadOfCalico(document))
    expect(words(left)).toBe('null | ?, ? | null: unknown, only traces of Calico were seen, and nothing that runs')
    expect(detectNetwork(left).leftovers.map(({ name, state }) => `${name} ${state}`)).toEqual(['Calico remains'])

    const flannel = await readManifests(join(clusters, 'cni-flannel'))
    const base = await readManifests(join(clusters, 'base-cluster/live.json'))
    const documents = [...flattenLists(base.documents).filter((document) => !isWorkloadOfCalico(document)), ...flannel.documents]
    const replaced = readCluster(documents, { name: 'fixture', source: 'manifests' })
    expect(words(replaced)).toBe('Flannel | Flannel, VXLAN | Flannel: no, Flannel does not enforce NetworkPolicy')
    expect(detectNetwork(replaced).leftovers.map(({ name }) => name)).toEqual(['Calico'])
    expect(enforcerOf(detectNetwork(replaced)).evidence).toBe(
      'DaemonSet kube-flannel/kube-flannel-ds is Flannel and runs on all 3 machines. Flannel does not enforce NetworkPolicy: nobody enforces what the policies say.',
    )
  })

  test('manifests of applications alone say nothing of the network', async () => {
    for (const folder of ['online-boutique', 'sock-shop', 'bookinfo-istio', 'cilium-starwars', 'calico-stars']) {
      const { name, policy } = detectNetwork(await clusterOf([folder]))
      expect([folder, name, policy.plugin, policy.enforces]).toEqual([folder, null, null, 'unknown'])
    }
  })
})
