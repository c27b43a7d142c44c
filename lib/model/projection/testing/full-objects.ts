const META = {
  uid: '11111111-2222-4333-8444-555555555555',
  resourceVersion: '4711',
  selfLink: '/nowhere',
  generation: 3,
  creationTimestamp: '2026-01-02T03:04:05Z',
  managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }],
  labels: { app: 'web', 'app.kubernetes.io/name': 'web' },
  annotations: {
    'kubectl.kubernetes.io/last-applied-configuration': '{"spec":{"env":"hush"}}',
    'example.com/anything': 'hush',
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': '9100',
    'nginx.ingress.kubernetes.io/configuration-snippet': 'proxy_set_header Authorization hush;',
    'sidecar.istio.io/status': '{"initContainers":["hush"]}',
  },
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d', uid: 'u-1', controller: true, blockOwnerDeletion: true }],
}

const meta = (name: string, namespace: string | null = 'shop') => ({ name, ...(namespace === null ? {} : { namespace }), ...META })

const CONDITIONS = [
  { type: 'Ready', status: 'True', reason: 'Fine', lastTransitionTime: '2026-01-02T03:04:05Z', message: 'hush', observedGeneration: 3 },
  { type: 'Accepted', status: 'False', reason: 'NotSo', observedGeneration: 3 },
]

const POD_SPEC = {
  nodeName: 'node-1',
  hostNetwork: false,
  serviceAccountName: 'web',
  serviceAccount: 'web',
  hostname: 'web-0',
  subdomain: 'web',
  dnsPolicy: 'ClusterFirst',
  dnsConfig: { options: [{ name: 'ndots', value: '2' }] },
  volumes: [{ name: 'hush', secret: { secretName: 'hush' } }],
  containers: [
    {
      name: 'web',
      image: 'example.org/web:1',
      command: ['/bin/web', '--password', 'hush', '--token=hush'],
      args: ['--backend=http://api.shop.svc:8080/v1?key=hush', '--password=hush:1234', '--secret', 'hush:1234'],
      env: [
        { name: 'DATABASE_URL', value: 'postgres://user:hush@db.shop.svc:5432/orders?pw=hush' },
        { name: 'API_TOKEN', value: 'hush:1234' },
        { name: 'GREETING', value: 'hush' },
        { name: 'FROM', valueFrom: { secretKeyRef: { name: 'hush', key: 'hush' } } },
      ],
      ports: [
        { name: 'http', containerPort: 8080, protocol: 'TCP', hostPort: 80, hostIP: '10.0.0.1' },
        { containerPort: 9090, protocol: 'UDP' },
      ],
      readinessProbe: { httpGet: { path: '/hush', port: 'http', httpHeaders: [{ name: 'Authorization', value: 'hush' }] } },
      lifecycle: { preStop: { exec: { command: ['hush'] } } },
    },
  ],
  initContainers: [
    {
      name: 'proxy',
      image: 'example.org/proxy',
      restartPolicy: 'Always',
      ports: [{ containerPort: 15090 }],
      env: [{ name: 'A', value: 'hush' }],
    },
    { name: 'first', args: ['hush'] },
  ],
}

const TEMPLATE = {
  metadata: { labels: { app: 'web' }, annotations: { 'linkerd.io/inject': 'enabled', 'checksum/config': 'hush' } },
  spec: POD_SPEC,
}

const BACKEND_REF = { group: '', kind: 'Service', name: 'web', namespace: 'shop', port: 80, weight: 5 }

const route = (kind: string) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind,
  metadata: meta(kind.toLowerCase()),
  spec: {
    hostnames: ['Shop.example.org.'],
    parentRefs: [{ kind: 'Gateway', name: 'edge', namespace: 'infra', sectionName: 'https', port: 443 }],
    rules: [
      {
        matches: [
          {
            path: { type: 'Exact', value: '/a' },
            method: kind === 'GRPCRoute' ? { service: 's', method: 'm' } : 'GET',
            headers: [{ name: 'h', value: 'v' }],
            queryParams: [{ name: 'q', value: '1' }],
          },
        ],
        filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'Authorization', value: 'hush' }] } }],
        backendRefs: [BACKEND_REF],
      },
    ],
  },
  status: { parents: [{ parentRef: { name: 'edge', kind: 'Gateway' }, controllerName: 'example.org/c', conditions: CONDITIONS }] },
})

const LISTENERS = [
  {
    name: 'https',
    port: 443,
    protocol: 'HTTPS',
    hostname: '*.Example.org',
    tls: { mode: 'Terminate', certificateRefs: [{ name: 'cert', namespace: 'infra' }] },
    allowedRoutes: {
      namespaces: {
        from: 'Selector',
        selector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] },
      },
      kinds: [{ kind: 'HTTPRoute' }],
    },
  },
]

const workload = (apiVersion: string, kind: string, spec: object, status: object) => ({
  apiVersion,
  kind,
  metadata: meta(kind.toLowerCase()),
  spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, strategy: { type: 'hush' }, ...spec },
  status: { ...status, conditions: CONDITIONS },
})

/** An object of every kind that readers know, with every field that they look at, and with much that nobody may keep. */
export const FULL_OBJECTS: readonly unknown[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: meta('shop', null), spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { ...meta('node-1', null), labels: { 'topology.kubernetes.io/zone': 'a', 'kubernetes.io/hostname': 'node-1' } },
    spec: { podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24', 'fd00::/64'], taints: [{ key: 'hush' }] },
    status: {
      addresses: [
        { type: 'InternalIP', address: '192.0.2.1' },
        { type: 'Hostname', address: 'node-1' },
      ],
      conditions: CONDITIONS,
      images: [{ names: ['hush'] }],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...meta('web-5d-1'), deletionTimestamp: '2026-01-02T03:05:05Z' },
    spec: POD_SPEC,
    status: {
      phase: 'Running',
      message: 'hush',
      podIP: '10.1.0.7',
      podIPs: [{ ip: '10.1.0.7' }, { ip: 'FD00::7' }],
      hostIP: '192.0.2.1',
      hostIPs: [{ ip: '192.0.2.1' }],
      conditions: [...CONDITIONS, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }],
      containerStatuses: [
        { name: 'web', ready: true, restartCount: 2, containerID: 'containerd://hush', state: { waiting: { reason: 'CrashLoopBackOff' } } },
      ],
      initContainerStatuses: [{ name: 'proxy', ready: false, restartCount: 0 }],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta('web'),
    spec: {
      type: 'LoadBalancer',
      selector: { app: 'web' },
      clusterIP: '10.96.0.10',
      clusterIPs: ['10.96.0.10', 'fd00::a'],
      externalIPs: ['198.51.100.7'],
      externalName: 'Example.org.',
      loadBalancerClass: 'example.org/lb',
      loadBalancerSourceRanges: ['203.0.113.0/24'],
      ports: [
        { name: 'http', protocol: 'TCP', port: 80, targetPort: 'http', nodePort: 30080, appProtocol: 'http' },
        { protocol: 'UDP', port: 53, targetPort: 0 },
      ],
      ipFamilyPolicy: 'PreferDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      internalTrafficPolicy: 'Local',
      externalTrafficPolicy: 'Local',
      trafficDistribution: 'PreferClose',
      publishNotReadyAddresses: true,
      healthCheckNodePort: 31000,
    },
    status: { loadBalancer: { ingress: [{ ip: '203.0.113.9', hostname: 'lb.example.org', ipMode: 'VIP' }] } },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...meta('web-abc'), labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    endpoints: [
      {
        addresses: ['10.1.0.7'],
        conditions: { ready: true, serving: true, terminating: false },
        targetRef: { kind: 'Pod', name: 'web-5d-1', namespace: 'shop', uid: 'u' },
        nodeName: 'node-1',
        zone: 'a',
        hints: { forZones: [{ name: 'a' }] },
        deprecatedTopology: { hush: 'hush' },
      },
    ],
  },
  {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: meta('old'),
    subsets: [
      {
        addresses: [{ ip: '10.1.0.8', nodeName: 'node-1', targetRef: { kind: 'Pod', name: 'p', namespace: 'shop' } }],
        notReadyAddresses: [{ ip: 'fd00::8' }],
        ports: [{ name: 'x', port: 1, protocol: 'TCP' }],
      },
    ],
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('settings'), data: { password: 'hush' }, binaryData: { x: 'aHVzaA==' } },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: meta('cert'),
    type: 'kubernetes.io/tls',
    data: { 'tls.key': 'hush' },
    stringData: { a: 'hush' },
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('web'), secrets: [{ name: 'hush' }] },
  workload('v1', 'ReplicationController', { selector: { app: 'web' }, template: TEMPLATE }, { replicas: 3 }),
  workload('apps/v1', 'Deployment', { template: TEMPLATE }, { replicas: 3, readyReplicas: 2 }),
  workload('apps/v1', 'ReplicaSet', { template: TEMPLATE }, { replicas: 0, observedGeneration: 1 }),
  workload('apps/v1', 'StatefulSet', { template: TEMPLATE, serviceName: 'web' }, { replicas: 1 }),
  workload('apps/v1', 'DaemonSet', { template: TEMPLATE }, { desiredNumberScheduled: 3, numberReady: 3 }),
  workload('batch/v1', 'Job', { template: TEMPLATE, parallelism: 4, completions: 2 }, { active: 1 }),
  workload(
    'batch/v1',
    'CronJob',
    { schedule: '* * * * *', jobTemplate: { spec: { template: TEMPLATE, parallelism: 1 } } },
    { lastScheduleTime: 'x' },
  ),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: meta('shop'),
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['Shop.example.org'], secretName: 'cert' }],
      defaultBackend: { resource: { apiGroup: 'a', kind: 'b', name: 'c' } },
      rules: [
        {
          host: 'shop.example.org',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } },
              { path: '/b', pathType: 'Exact', backend: { service: { name: 'web', port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
    status: { loadBalancer: { ingress: [{ ip: '203.0.113.9' }, { hostname: 'Lb.example.org' }] } },
  },
  {
    apiVersion: 'extensions/v1beta1',
    kind: 'Ingress',
    metadata: meta('old'),
    spec: {
      backend: { serviceName: 'web', servicePort: 80 },
      rules: [{ http: { paths: [{ backend: { serviceName: 'web', servicePort: 'http' } }] } }],
    },
  },
  { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: meta('nginx', null), spec: { controller: 'k8s.io/ingress-nginx' } },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: meta('deny'),
    spec: { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] },
  },
  { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: meta('kubernetes', null), spec: { cidrs: ['10.96.0.0/16'] } },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: meta('c', null),
    spec: { controllerName: 'example.org/c' },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: meta('edge'),
    spec: {
      gatewayClassName: 'c',
      listeners: LISTENERS,
      allowedListeners: { namespaces: { from: 'All' } },
      addresses: [{ type: 'IPAddress', value: '203.0.113.1' }],
    },
    status: { addresses: [{ value: 'Edge.example.org' }], conditions: CONDITIONS },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'ListenerSet',
    metadata: meta('more'),
    spec: { parentRef: { name: 'edge', namespace: 'infra' }, listeners: LISTENERS },
  },
  ...['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map(route),
  {
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: meta('grant'),
    spec: { from: [{ group: 'g', kind: 'HTTPRoute', namespace: 'a' }], to: [{ group: '', kind: 'Service', name: 'web' }] },
  },
  {
    apiVersion: 'example.org/v1',
    kind: 'Thing',
    metadata: meta('thing'),
    spec: { template: { env: [{ name: 'A', value: 'hush' }] }, anything: 'hush' },
  },
]
