import type { Cluster, Ingress, IngressClass } from '../cluster'
import { resolveIngressClass } from '../resolve-ingress-class'

/** How a controller treats what the API leaves open. */
export type ControllerHabit = {
  /** As people call it. */
  readonly name: string
  /** Who wins when two Ingresses claim one rule; `apart` where each has a load balancer of its own. */
  readonly conflict: 'oldest' | 'undefined' | 'apart'
  readonly understandsStar: boolean
  readonly writesAddress: boolean
  readonly retired: boolean
  /** Serves Ingresses that name no class, as long as nothing else is configured. */
  readonly servesClassless: boolean
  /** Works without an IngressClass, by the name alone. */
  readonly needsNoClassObject: boolean
}

const PLAIN = {
  conflict: 'undefined',
  understandsStar: false,
  writesAddress: true,
  retired: false,
  servesClassless: false,
  needsNoClassObject: true,
} as const

/** By `spec.controller` of the class. */
const BY_CONTROLLER: readonly (readonly [controller: string, habit: ControllerHabit])[] = [
  ['k8s.io/ingress-nginx', { ...PLAIN, name: 'ingress-nginx', conflict: 'oldest', retired: true }],
  ['nginx.org/ingress-controller', { ...PLAIN, name: 'NGINX Ingress Controller', conflict: 'oldest', needsNoClassObject: false }],
  // Traefik writes an address only when it is told which Service or address to publish.
  ['traefik.io/ingress-controller', { ...PLAIN, name: 'Traefik', writesAddress: false, servesClassless: true }],
  ['ingress.k8s.aws/alb', { ...PLAIN, name: 'AWS Load Balancer Controller', conflict: 'apart', understandsStar: true }],
  ['istio.io/ingress-controller', { ...PLAIN, name: 'Istio', conflict: 'oldest' }],
  ['projectcontour.io/', { ...PLAIN, name: 'Contour', conflict: 'oldest' }],
  ['haproxy', { ...PLAIN, name: 'HAProxy', conflict: 'oldest' }],
  ['openshift.io/ingress-to-route', { ...PLAIN, name: 'OpenShift', conflict: 'oldest', needsNoClassObject: false }],
  ['cilium.io/ingress-controller', { ...PLAIN, name: 'Cilium', needsNoClassObject: false }],
]

/** By the name of a class that no IngressClass stands for. */
const BY_CLASS: ReadonlyMap<string, ControllerHabit> = new Map([
  ['gce', { ...PLAIN, name: 'Google Cloud', conflict: 'apart', understandsStar: true }],
  ['gce-internal', { ...PLAIN, name: 'Google Cloud', conflict: 'apart', understandsStar: true }],
  ['alb', { ...PLAIN, name: 'AWS Load Balancer Controller', conflict: 'apart', understandsStar: true }],
  ['istio', { ...PLAIN, name: 'Istio', conflict: 'oldest' }],
  ['traefik', { ...PLAIN, name: 'Traefik', writesAddress: false }],
  // Both controllers of that name go by it, so nothing more can be said of it.
  ['nginx', { ...PLAIN, name: 'NGINX', conflict: 'oldest' }],
])

const UNKNOWN: ControllerHabit = { ...PLAIN, name: 'its controller', needsNoClassObject: false }

/** How the controller of an Ingress behaves; careful guesses where it is not known. */
export function controllerHabit(cluster: Cluster, ingress: Ingress): ControllerHabit {
  const resolved = resolveIngressClass(cluster, ingress)
  if (resolved.kind === 'found') return habitOfController(resolved.ingressClass.controller) ?? UNKNOWN
  return (resolved.kind === 'unknown' ? BY_CLASS.get(resolved.name) : undefined) ?? UNKNOWN
}

/** What serves a class, as people call it; null where nobody knows. Without a class it is what serves all without one. */
export function controllerOfClass(cluster: Cluster, className: string | null): string | null {
  if (className === null) return [...cluster.ingressClasses.values()].map(habitOf).find((habit) => habit?.servesClassless)?.name ?? null
  const known = cluster.ingressClasses.get(className)
  return (known === undefined ? BY_CLASS.get(className) : habitOf(known))?.name ?? null
}

function habitOf({ controller }: IngressClass): ControllerHabit | null {
  return habitOfController(controller)
}

export function habitOfController(controller: string): ControllerHabit | null {
  return BY_CONTROLLER.find(([name]) => controller.includes(name))?.[1] ?? null
}

/** True when a class needs no IngressClass because its controller goes by the name alone. */
export function isClassWithoutObject(name: string): boolean {
  return BY_CLASS.get(name)?.needsNoClassObject === true
}
