/** Ports that programs on a node use by default, so that a node's address can say more than "the node". */
const PROCESSES: readonly (readonly [from: number, to: number, process: string])[] = [
  [22, 22, 'ssh'],
  [179, 179, 'bgp'],
  [2379, 2380, 'etcd'],
  [4240, 4245, 'cilium'],
  [4789, 4789, 'vxlan'],
  [6081, 6081, 'geneve'],
  [6443, 6443, 'kube-apiserver'],
  [8472, 8472, 'vxlan'],
  [9100, 9100, 'node-exporter'],
  [10249, 10249, 'kube-proxy'],
  [10250, 10250, 'kubelet'],
  [10255, 10255, 'kubelet'],
  [10256, 10256, 'kube-proxy'],
  [10257, 10257, 'kube-controller-manager'],
  [10259, 10259, 'kube-scheduler'],
  [51820, 51871, 'wireguard'],
]

/** null when the port is nobody's by custom. */
export function nodeProcess(port: number): string | null {
  return PROCESSES.find(([from, to]) => port >= from && port <= to)?.[2] ?? null
}
