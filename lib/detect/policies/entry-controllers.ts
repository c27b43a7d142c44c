import type { Cluster, Workload } from '../../model/cluster'
import type { Door } from '../../model/door'

/** Words by which the pods of a controller are known: values of the labels that name an application. */
const CONTROLLERS: readonly (readonly [controller: string, applications: readonly string[]])[] = [
  ['k8s.io/ingress-nginx', ['ingress-nginx']],
  ['nginx.org/', ['nginx-ingress', 'nginx-ingress-controller']],
  ['traefik.io/', ['traefik']],
  ['haproxy', ['haproxy-ingress', 'kubernetes-ingress', 'haproxy-ingress-controller']],
  ['projectcontour.io/', ['contour', 'envoy']],
  ['istio.io/', ['istio-ingressgateway', 'ingressgateway', 'istio-gateway']],
  ['gateway.envoyproxy.io/', ['envoy', 'envoy-gateway']],
  ['gateway.nginx.org/', ['nginx-gateway-fabric', 'nginx-gateway']],
  ['konghq.com/', ['kong', 'gateway', 'ingress-kong']],
]

/** Labels that name the application that a pod belongs to. */
const NAME_LABELS = ['app.kubernetes.io/name', 'app', 'istio', 'k8s-app', 'name'] as const

/** Labels by which controllers mark the pods that they run for one Gateway. */
const GATEWAY_LABELS = ['gateway.networking.k8s.io/gateway-name', 'gateway.envoyproxy.io/owning-gateway-name'] as const

/** The workloads whose pods carry the traffic of an Ingress or a Gateway; empty when none of them is seen. */
export function controllersOf(door: Door, cluster: Cluster): readonly Workload[] {
  const controller =
    door.kind === 'Gateway'
      ? cluster.gatewayClasses.get(door.className ?? '')?.controllerName
      : cluster.ingressClasses.get(door.className ?? '')?.controller
  const applications = applicationsOf(controller ?? door.className ?? '') ?? []
  return [...cluster.workloads.values()].filter(
    (workload) =>
      workload.kind !== 'Job' &&
      workload.kind !== 'CronJob' &&
      ((door.kind === 'Gateway' && GATEWAY_LABELS.some((label) => workload.labels.get(label) === door.name)) ||
        isApplication(workload, applications)),
  )
}

/** Workloads of the controller of an IngressClass; null for a controller whose pods are not known by their labels. */
export function classControllers(controller: string, cluster: Cluster): readonly Workload[] | null {
  const applications = applicationsOf(controller)
  if (applications === null) return null
  return [...cluster.workloads.values()].filter(
    (workload) => workload.kind !== 'Job' && workload.kind !== 'CronJob' && isApplication(workload, applications),
  )
}

function applicationsOf(controller: string): readonly string[] | null {
  return CONTROLLERS.find(([name]) => controller.includes(name))?.[1] ?? null
}

function isApplication({ labels }: Workload, applications: readonly string[]): boolean {
  const isNamed = NAME_LABELS.some((label) => applications.includes(labels.get(label) ?? ''))
  // The admission webhook of a controller carries its name too.
  return isNamed && !(labels.get('app.kubernetes.io/component') ?? 'controller').includes('webhook')
}
