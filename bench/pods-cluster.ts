import { readCluster } from '@/lib/model/read-cluster'

type BenchPod = { readonly namespace: string; readonly name: string; readonly app: string; readonly ip: string }

/** A cluster of so many running pods. */
export function podsCluster(count: number, podOf: (pod: number) => BenchPod) {
  const documents = Array.from({ length: count }, (_, pod) => {
    const { namespace, name, app, ip } = podOf(pod)
    return {
      body: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace, labels: { app } },
        spec: { containers: [{ name: 'app' }] },
        status: { phase: 'Running', podIPs: [{ ip }] },
      },
      origin: null,
    }
  })
  return readCluster(documents, { name: 'bench', source: 'manifests' })
}
