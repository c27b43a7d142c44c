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
  const applications = CONTROLLERS.find(([name]) => (controller ?? door.className ?? '').includes(name))?.[1] ?? []
  return [...cluster.workloads.values()].filter(({ labels, kind }) => {
    if (kind === 'Job' || kind === 'CronJob') return false
    if (door.kind === 'Gateway' && GATEWAY_LABELS.some((label) => labels.get(label) === door.name)) return true
    const isController = NAME_LABELS.some((label) => applications.includes(labels.get(label) ?? ''))
    // The admission webhook of a controller carries its name too.
    return isController && !(labels.get('app.kubernetes.io/component') ?? 'controller').includes('webhook')
  })
}
