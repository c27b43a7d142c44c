/** Pods as an API server sends them, with everything that it and its clients write into them: about 8 kB each. */
export function livePods(count: number): readonly { readonly namespace: string; readonly name: string; readonly body: object }[] {
  return Array.from({ length: count }, (_, index) => {
    const app = Math.floor(index / 20)
    const name = `app-${app}-${hash(app, 10)}-${hash(index, 5)}`
    const namespace = `team-${Math.floor(app / 20)}`
    return {
      namespace,
      name,
      body: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: metadataOf(index, app, name, namespace),
        spec: specOf(index, app),
        status: statusOf(index),
      },
    }
  })
}

const NODES = 250
const STARTED = '2026-03-04T05:06:07Z'

function metadataOf(index: number, app: number, name: string, namespace: string): object {
  return {
    name,
    generateName: `app-${app}-${hash(app, 10)}-`,
    namespace,
    uid: uid(index),
    resourceVersion: String(1_000_000 + index),
    generation: 1,
    creationTimestamp: STARTED,
    labels: {
      app: `app-${app}`,
      'app.kubernetes.io/name': `app-${app}`,
      'app.kubernetes.io/part-of': namespace,
      'app.kubernetes.io/version': '1.2.3',
      'pod-template-hash': hash(app, 10),
    },
    annotations: {
      'checksum/config': hash(app, 64),
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9090',
      'cni.projectcalico.org/containerID': hash(index, 64),
      'cni.projectcalico.org/podIP': `${ipv4(index)}/32`,
    },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: `app-${app}-${hash(app, 10)}`,
        uid: uid(-app),
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
    managedFields: ['kube-controller-manager', 'kubelet', 'calico'].map((manager) => ({
      manager,
      operation: 'Update',
      apiVersion: 'v1',
      time: STARTED,
      fieldsType: 'FieldsV1',
      fieldsV1: Object.fromEntries(Array.from({ length: 14 }, (_, field) => [`f:field-${manager}-${field}`, { '.': {}, 'f:name': {} }])),
    })),
  }
}

function specOf(index: number, app: number): object {
  const container = (name: string, port: number) => ({
    name,
    image: `registry.example.org/team/${name}-${app}:1.2.3`,
    env: Array.from({ length: 10 }, (_, number) => ({
      name: `SETTING_${number}`,
      value: `what setting ${number} of the application says`,
    })),
    ports: [{ name: `${name}-http`, containerPort: port, protocol: 'TCP' }],
    resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
    readinessProbe: {
      httpGet: { path: '/ready', port, scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    },
    volumeMounts: [{ name: 'kube-api-access', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  })
  return {
    volumes: [
      {
        name: 'kube-api-access',
        projected: { sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } }], defaultMode: 420 },
      },
    ],
    containers: [container('app', 8080), container('sidecar', 9090)],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: `app-${app}`,
    serviceAccount: `app-${app}`,
    nodeName: `node-${index % NODES}`,
    securityContext: {},
    schedulerName: 'default-scheduler',
    tolerations: ['not-ready', 'unreachable'].map((key) => ({
      key: `node.kubernetes.io/${key}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 300,
    })),
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
  }
}

function statusOf(index: number): object {
  const node = index % NODES
  return {
    phase: 'Running',
    conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
      type,
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: STARTED,
    })),
    hostIP: `192.168.${node >> 8}.${node & 255}`,
    hostIPs: [{ ip: `192.168.${node >> 8}.${node & 255}` }],
    podIP: ipv4(index),
    podIPs: [{ ip: ipv4(index) }, { ip: `fd00:10:244::${index.toString(16)}` }],
    startTime: STARTED,
    containerStatuses: ['app', 'sidecar'].map((name) => ({
      name,
      state: { running: { startedAt: STARTED } },
      lastState: {},
      ready: true,
      restartCount: 0,
      image: `registry.example.org/team/${name}:1.2.3`,
      imageID: `registry.example.org/team/${name}@sha256:${hash(7, 64)}`,
      containerID: `containerd://${hash(index, 64)}`,
      started: true,
    })),
    qosClass: 'Burstable',
  }
}

function ipv4(index: number): string {
  return `10.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`
}

/** Looks like chance and is the same every time. */
function hash(seed: number, length: number): string {
  let state = (seed + 1) * 2_654_435_761
  let text = ''
  while (text.length < length) {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 374_761_393) >>> 0
    text += state.toString(36)
  }
  return text.slice(0, length)
}

function uid(seed: number): string {
  const text = hash(seed, 32)
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
}
