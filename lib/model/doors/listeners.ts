import type { AllowedNamespaces, Cluster, Gateway, GatewayStatus, Listener, ListenerSet } from '../cluster'
import type { DoorPort } from '../door'
import type { ObjectMeta } from '../object'
import { matchesSelector } from '../selector'

/** A listener with the object that states it: the Gateway, or a ListenerSet that the Gateway admits. */
export type HeldListener = {
  readonly listener: Listener
  readonly namespace: string
  readonly meta: ObjectMeta
  readonly index: number
  /** What the controller said of it; null when it said nothing. */
  readonly status: GatewayStatus['listeners'][number] | null
}

export function listenersOf(cluster: Cluster, gateway: Gateway): readonly HeldListener[] {
  const sets = listenerSetsOf(cluster, gateway).filter((set) => admitsListenerSet(cluster, gateway, set))
  return [gateway, ...sets].flatMap(({ listeners, namespace, meta, status }) =>
    listeners.map((listener, index) => ({
      listener,
      namespace,
      meta,
      index,
      status: status.listeners.find(({ name }) => name === listener.name) ?? null,
    })),
  )
}

export function listenerSetsOf(cluster: Cluster, { namespace, name }: Gateway): readonly ListenerSet[] {
  return cluster.listenerSets.filter(({ gateway }) => gateway.namespace === namespace && gateway.name === name)
}

export function admitsListenerSet(cluster: Cluster, gateway: Gateway, set: ListenerSet): boolean {
  if (set.status.accepted !== null) return set.status.accepted.ok
  return admits(cluster, gateway.allowedListeners, gateway.namespace, set.namespace)
}

/** Whether something of the namespace `other` may attach to an object of the namespace `own`. */
export function admits(cluster: Cluster, allowed: AllowedNamespaces, own: string, other: string): boolean {
  switch (allowed.from) {
    case 'All':
      return true
    case 'Same':
      return own === other
    case 'None':
      return false
    case 'Selector': {
      const labels = cluster.namespaces.get(other)?.labels
      return allowed.selector !== null && labels !== undefined && matchesSelector(allowed.selector, labels)
    }
  }
}

export function listenerPort(listener: Listener): DoorPort {
  const tls = listener.tlsMode !== null || listener.protocol === 'HTTPS' || listener.protocol === 'TLS'
  return { port: listener.port, protocol: listener.protocol === 'UDP' ? 'UDP' : 'TCP', tls, name: listener.name }
}
