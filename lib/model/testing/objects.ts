/**
 * Plain Kubernetes objects with defaults, so that a test says only what it is about: `aPod({ name: 'web', ip: '10.0.0.1' })`.
 * `extra` is merged over the top level, `spec` over the spec.
 */
type Common = {
  readonly name?: string
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: object
  readonly extra?: object
}

type TestPort = { readonly name?: string; readonly containerPort: number; readonly protocol?: string; readonly hostPort?: number }

function object(apiVersion: string, kind: string, common: Common, spec: object, more: object = {}): object {
  return {
    apiVersion,
    kind,
    metadata: {
      name: common.name ?? kind.toLowerCase(),
      namespace: common.namespace ?? 'default',
      labels: common.labels ?? {},
      annotations: common.annotations ?? {},
    },
    spec: { ...spec, ...common.spec },
    ...more,
    ...common.extra,
  }
}

export function aNamespace(options: Pick<Common, 'name' | 'labels' | 'annotations'> = {}): object {
  const { name = 'default', labels = {}, annotations = {} } = options
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } }
}

export function aNode(
  options: Omit<Common, 'namespace'> & { readonly ip?: string; readonly podCidrs?: readonly string[]; readonly zone?: string } = {},
): object {
  const { name = 'node-1', labels = {}, annotations = {}, ip, podCidrs = [], zone } = options
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, annotations, labels: zone === undefined ? labels : { ...labels, 'topology.kubernetes.io/zone': zone } },
    spec: { podCIDRs: podCidrs, ...options.spec },
    status: { addresses: ip === undefined ? [] : [{ type: 'InternalIP', address: ip }], conditions: [{ type: 'Ready', status: 'True' }] },
    ...options.extra,
  }
}

export type PodOptions = Common & {
  readonly ip?: string
  readonly ips?: readonly string[]
  readonly node?: string
  readonly hostIp?: string
  readonly hostNetwork?: boolean
  readonly phase?: string
  readonly ready?: boolean
  readonly terminating?: boolean
  readonly ports?: readonly TestPort[]
  readonly serviceAccount?: string
  readonly owner?: { readonly kind: string; readonly name: string; readonly apiVersion?: string }
}

/** A running, ready pod with one container `app`. */
export function aPod(options: PodOptions = {}): object {
  const { ip, ips = ip === undefined ? [] : [ip], owner, terminating = false, ready = true, phase = 'Running' } = options
  const pod = object(
    'v1',
    'Pod',
    options,
    {
      containers: [{ name: 'app', image: 'app:1', ports: options.ports ?? [] }],
      ...(options.node === undefined ? {} : { nodeName: options.node }),
      ...(options.hostNetwork === undefined ? {} : { hostNetwork: options.hostNetwork }),
      ...(options.serviceAccount === undefined ? {} : { serviceAccountName: options.serviceAccount }),
    },
    {
      status: {
        phase,
        conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
        podIPs: ips.map((address) => ({ ip: address })),
        ...(options.hostIp === undefined ? {} : { hostIP: options.hostIp }),
      },
    },
  ) as { metadata: object }
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(owner === undefined ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', controller: true, ...owner }] }),
      ...(terminating ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
  }
}

export type WorkloadOptions = Common & {
  readonly replicas?: number
  readonly podLabels?: Readonly<Record<string, string>>
  readonly ports?: readonly TestPort[]
  readonly hostNetwork?: boolean
  readonly serviceAccount?: string
}

/** A Deployment whose pods carry `podLabels`, or `app: NAME`. */
export function aDeployment(options: WorkloadOptions = {}): object {
  return aWorkload('apps/v1', 'Deployment', options)
}

/** Any kind with `spec.template`: `aWorkload('apps/v1', 'StatefulSet', { name: 'db' })`. */
export function aWorkload(apiVersion: string, kind: string, options: WorkloadOptions = {}): object {
  const name = options.name ?? kind.toLowerCase()
  const podLabels = options.podLabels ?? { app: name }
  return object(
    apiVersion,
    kind,
    { ...options, name },
    {
      ...(options.replicas === undefined ? {} : { replicas: options.replicas }),
      selector: { matchLabels: podLabels },
      template: {
        metadata: { labels: podLabels },
        spec: {
          containers: [{ name: 'app', image: 'app:1', ports: options.ports ?? [] }],
          ...(options.hostNetwork === undefined ? {} : { hostNetwork: options.hostNetwork }),
          ...(options.serviceAccount === undefined ? {} : { serviceAccountName: options.serviceAccount }),
        },
      },
    },
  )
}

export type ServiceOptions = Common & {
  readonly type?: string
  readonly selector?: Readonly<Record<string, string>> | null
  readonly ports?: readonly {
    readonly name?: string
    readonly port: number
    readonly targetPort?: number | string
    readonly protocol?: string
    readonly nodePort?: number
  }[]
  readonly clusterIp?: string
  readonly loadBalancerIps?: readonly string[]
}

/** A ClusterIP Service on port 80 that selects `app: NAME`. */
export function aService(options: ServiceOptions = {}): object {
  const name = options.name ?? 'service'
  const selector = options.selector === undefined ? { app: name } : options.selector
  return object(
    'v1',
    'Service',
    { ...options, name },
    {
      type: options.type ?? 'ClusterIP',
      ...(selector === null ? {} : { selector }),
      ports: options.ports ?? [{ port: 80 }],
      ...(options.clusterIp === undefined ? {} : { clusterIP: options.clusterIp }),
    },
    options.loadBalancerIps === undefined ? {} : { status: { loadBalancer: { ingress: options.loadBalancerIps.map((ip) => ({ ip })) } } },
  )
}

/** Any other kind: `anObject('networking.k8s.io/v1', 'Ingress', { name: 'web', spec: {...} })`. */
export function anObject(apiVersion: string, kind: string, options: Common = {}): object {
  return object(apiVersion, kind, options, {})
}
