import type { Cluster, Gateway } from '../cluster'
import { isReferencePermitted } from '../reference-grants'
import { isSecretMissing, wrongSecretType } from '../secret-presence'
import type { DoorDraft, Place } from './door-draft'
import { admitsListenerSet, type HeldListener, listenerPort, listenerSetsOf } from './listeners'

/** The class of a Gateway, and what its controller said of the Gateway as a whole. */
export function checkGatewayClass(cluster: Cluster, gateway: Gateway, draft: DoorDraft): void {
  const { meta, className, status } = gateway
  const title = `Gateway ${gateway.namespace}/${gateway.name}`
  const at: Place = { meta, path: ['spec', 'gatewayClassName'], value: className }
  const gatewayClass = cluster.gatewayClasses.get(className)
  if (gatewayClass?.accepted?.ok === false) {
    const message = `GatewayClass ${className} is not accepted by its controller: ${gatewayClass.accepted.reason}`
    draft.problem('class-without-controller', 'warning', message, at, false)
  } else if (status.accepted === null && gatewayClass?.accepted === null && gatewayClass.meta.uid !== null) {
    const message = `no controller has taken up GatewayClass ${className}: all of ${title} is only declared`
    draft.problem('class-without-controller', 'info', message, at)
  } else if (status.accepted === null && gatewayClass === undefined && !cluster.unread.has('gateway.networking.k8s.io/GatewayClass')) {
    const message = `GatewayClass ${className} does not exist: all of ${title} is only declared`
    draft.problem('class-without-controller', 'info', message, at)
  }
  if (status.accepted?.ok === false) {
    draft.problem(
      'not-accepted',
      'error',
      `${title} is not accepted: ${textOf(status.accepted)}`,
      { ...at, path: ['spec'], value: null },
      false,
    )
  } else if (status.programmed?.ok === false) {
    const code = status.programmed.reason === 'AddressNotAssigned' ? 'address-pending' : 'not-accepted'
    draft.problem(
      code,
      code === 'address-pending' ? 'warning' : 'error',
      `${title} is not programmed: ${textOf(status.programmed)}`,
      null,
      false,
    )
  }
  for (const set of listenerSetsOf(cluster, gateway)) {
    if (admitsListenerSet(cluster, gateway, set)) continue
    const stated = set.status.accepted
    const why = stated === null ? 'its allowedListeners leave out that namespace' : textOf(stated)
    const place: Place = { meta: set.meta, path: ['spec', 'parentRef'], value: `${gateway.namespace}/${gateway.name}` }
    draft.problem(
      'not-accepted',
      'error',
      `ListenerSet ${set.namespace}/${set.name} is not admitted by ${title}: ${why}`,
      place,
      stated === null,
    )
  }
}

/** What is wrong with listeners: as the controller said it, else as the rules of the Gateway API have it. */
export function checkListeners(cluster: Cluster, gateway: Gateway, held: readonly HeldListener[], draft: DoorDraft): void {
  for (const one of held) {
    const { listener, meta, index, status } = one
    const title = `listener ${listener.name} of ${meta.kind} ${meta.namespace}/${meta.name}`
    const at: Place = { meta, path: ['spec', 'listeners', index], value: listener.name }
    if (status?.accepted?.ok === false)
      draft.problem('not-accepted', 'error', `${title} is not accepted: ${textOf(status.accepted)}`, at, false)
    if (status?.conflicted?.ok === true) {
      draft.problem('listener-conflict', 'error', `${title} is in conflict with another: ${textOf(status.conflicted)}`, at, false)
    } else if (status?.conflicted == null) {
      const other = held.find((candidate) => held.indexOf(candidate) < held.indexOf(one) && conflicts(candidate, one))
      if (other !== undefined) {
        const message = `listeners ${other.listener.name} and ${listener.name} of Gateway ${gateway.namespace}/${gateway.name} claim the same port and host name`
        draft.problem('listener-conflict', 'error', message, at)
      }
    }
    if (status?.resolvedRefs?.ok === false) {
      const code = status.resolvedRefs.reason === 'RefNotPermitted' ? 'reference-not-permitted' : 'secret-missing'
      draft.problem(code, 'error', `${title} has a reference that cannot be followed: ${textOf(status.resolvedRefs)}`, at, false)
    } else if (status?.resolvedRefs?.ok !== true) checkCertificates(cluster, one, draft)
  }
}

function checkCertificates(cluster: Cluster, { listener, namespace, meta, index }: HeldListener, draft: DoorDraft): void {
  listener.certificates.forEach((certificate, i) => {
    const place = certificate.includes('/') ? certificate : `${namespace}/${certificate}`
    const at: Place = { meta, path: ['spec', 'listeners', index, 'tls', 'certificateRefs', i], value: certificate }
    if (isSecretMissing(cluster, place)) {
      draft.problem('secret-missing', 'error', `certificate secret ${place} of listener ${listener.name} is not there`, at)
    }
    const type = wrongSecretType(cluster, place)
    if (type !== null) draft.problem('secret-wrong-type', 'error', `secret ${place} is of type ${type}, which holds no certificate`, at)
    const [toNamespace = '', toName = ''] = place.split('/')
    const isPermitted =
      cluster.unread.has('gateway.networking.k8s.io/ReferenceGrant') ||
      isReferencePermitted(cluster, {
        fromGroup: 'gateway.networking.k8s.io',
        fromKind: meta.kind,
        fromNamespace: namespace,
        toGroup: '',
        toKind: 'Secret',
        toNamespace,
        toName,
      })
    if (isPermitted) return
    const message = `listener ${listener.name} may not use secret ${place}: no ReferenceGrant there admits it`
    draft.problem('reference-not-permitted', 'error', message, at)
  })
}

/** Listeners of one port must be told apart by host name, and speak protocols that go together. */
function conflicts(a: HeldListener, b: HeldListener): boolean {
  const [one, other] = [a.listener, b.listener]
  if (one.port !== other.port || listenerPort(one).protocol !== listenerPort(other).protocol) return false
  const byName = (protocol: string) => protocol === 'HTTPS' || protocol === 'TLS'
  const fit = one.protocol === other.protocol || (byName(one.protocol) && byName(other.protocol))
  return !fit || one.hostname === other.hostname
}

function textOf({ reason, message }: { readonly reason: string; readonly message: string }): string {
  return message === '' ? reason : `${reason} (${message})`
}
