/** Pods of Deployments as an API server lists them, for measurements and tests of size: ten pods to a Deployment, one Service each. */
export function manyPods(count: number): readonly object[] {
  const objects: object[] = []
  for (let index = 0; index < count; index++) {
    const app = `app-${Math.floor(index / 10)}`
    const namespace = `team-${Math.floor(index / 200)}`
    const node = `node-${index % 50}`
    if (index % 10 === 0) {
      const metadata = { name: app, namespace, uid: `d-${index}`, labels: { app } }
      const template = {
        metadata: { labels: { app } },
        spec: { containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 8080 }] }] },
      }
      objects.push({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 10, template }, status: { replicas: 10 } })
      objects.push({
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: {
          ...metadata,
          name: `${app}-5d9c`,
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: app, controller: true }],
        },
        spec: { replicas: 10, template },
      })
      objects.push({
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: {
          selector: { app },
          clusterIP: `10.96.${Math.floor(index / 2000)}.${Math.floor(index / 10) % 250}`,
          ports: [{ port: 80, targetPort: 'http' }],
        },
      })
    }
    objects.push({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${app}-5d9c-${index}`,
        namespace,
        uid: `p-${index}`,
        creationTimestamp: '2026-01-01T00:00:00Z',
        labels: { app, 'pod-template-hash': '5d9c', 'app.kubernetes.io/name': app, 'app.kubernetes.io/part-of': namespace },
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app}-5d9c`, uid: `r-${index}`, controller: true, blockOwnerDeletion: true },
        ],
      },
      spec: {
        nodeName: node,
        serviceAccountName: app,
        containers: ['app', 'proxy'].map((name) => ({
          name,
          image: `registry.example/${app}/${name}:1.2.3`,
          env: Array.from({ length: 8 }, (_, number) => ({ name: `SETTING_${number}`, value: `value of setting ${number}` })),
          ports: [{ name: name === 'app' ? 'http' : 'admin', containerPort: name === 'app' ? 8080 : 15000, protocol: 'TCP' }],
          readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 },
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          volumeMounts: [{ name: 'config', mountPath: '/etc/app' }],
        })),
        volumes: [{ name: 'config', configMap: { name: app } }],
        tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
      },
      status: {
        phase: 'Running',
        conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({ type, status: 'True' })),
        hostIP: `192.168.0.${index % 50}`,
        podIP: `10.${64 + Math.floor(index / 65536)}.${Math.floor(index / 256) % 256}.${index % 256}`,
        podIPs: [
          { ip: `10.${64 + Math.floor(index / 65536)}.${Math.floor(index / 256) % 256}.${index % 256}` },
          { ip: `fd00:10:244::${index.toString(16)}` },
        ],
        containerStatuses: ['app', 'proxy'].map((name) => ({ name, ready: true, restartCount: index % 3 })),
      },
    })
  }
  return objects
}
