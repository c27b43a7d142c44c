import { canonicalAddress } from '../address'
import type { AllowedNamespaces, Gateway, GatewayClass, GatewayStatus, Listener, ListenerSet } from '../cluster'
import type { Fields } from '../fields'
import type { ObjectMeta } from '../object'
import { compileSelector } from '../selector'
import { readCondition } from './conditions'
import { canonicalDnsName } from './service'

export function readGatewayClass(document: Fields, meta: ObjectMeta): GatewayClass {
  const conditions = document.object('status').list('conditions')
  return {
    meta,
    controllerName: document.object('spec').string('controllerName') ?? '',
    accepted: readCondition(conditions, 'Accepted', meta.generation),
  }
}

export function readGateway(document: Fields, meta: ObjectMeta): Gateway {
  const spec = document.object('spec')
  return {
    meta,
    namespace: meta.namespace ?? '',
    name: meta.name,
    className: spec.string('gatewayClassName') ?? '',
    listeners: spec.list('listeners').flatMap(readListener),
    allowedListeners: readAllowed(spec.object('allowedListeners'), 'None'),
    addresses: readAddresses(document.object('status'), spec),
    status: readStatus(document.object('status'), meta.generation),
  }
}

export function readListenerSet(document: Fields, meta: ObjectMeta): ListenerSet {
  const spec = document.object('spec')
  const parent = spec.object('parentRef')
  const namespace = meta.namespace ?? ''
  return {
    meta,
    namespace,
    name: meta.name,
    gateway: { namespace: parent.string('namespace') || namespace, name: parent.string('name') ?? '' },
    listeners: spec.list('listeners').flatMap(readListener),
    status: readStatus(document.object('status'), meta.generation),
  }
}

function readStatus(status: Fields, generation: number | null): GatewayStatus {
  const conditions = status.list('conditions')
  return {
    accepted: readCondition(conditions, 'Accepted', generation),
    programmed: readCondition(conditions, 'Programmed', generation),
    listeners: status.list('listeners').map((listener) => {
      const own = listener.list('conditions')
      return {
        name: listener.string('name') ?? '',
        attachedRoutes: listener.integer('attachedRoutes', 0, Number.MAX_SAFE_INTEGER),
        accepted: readCondition(own, 'Accepted', generation),
        resolvedRefs: readCondition(own, 'ResolvedRefs', generation),
        conflicted: readCondition(own, 'Conflicted', generation),
      }
    }),
  }
}

function readListener(listener: Fields): readonly Listener[] {
  const port = listener.port('port')
  if (port === null) {
    if (!listener.has('port')) listener.problem('port', 'a listener has no port')
    return []
  }
  const tls = listener.object('tls')
  const allowedRoutes = listener.object('allowedRoutes')
  const hostname = listener.string('hostname')
  return [
    {
      name: listener.string('name') ?? '',
      port,
      protocol: listener.string('protocol') ?? '',
      hostname: hostname ? canonicalDnsName(hostname) : null,
      tlsMode: listener.has('tls') ? (tls.string('mode') ?? 'Terminate') : null,
      certificates: tls.list('certificateRefs').map((ref) => {
        const namespace = ref.string('namespace')
        const name = ref.string('name') ?? ''
        return namespace ? `${namespace}/${name}` : name
      }),
      allowedRoutes: readAllowed(allowedRoutes, 'Same'),
      allowedKinds: allowedRoutes.list('kinds').map((kind) => kind.string('kind') ?? ''),
    },
  ]
}

function readAllowed(holder: Fields, fallback: 'Same' | 'None'): AllowedNamespaces {
  const namespaces = holder.object('namespaces')
  const from = namespaces.oneOf('from', ['Same', 'All', 'Selector', 'None'], fallback)
  if (from !== 'Selector') return { from }
  const selector = compileSelector(namespaces.get('selector'))
  if (selector.ok) return { from, selector: selector.value }
  namespaces.problemAt(['selector', ...selector.error.path], selector.error.message)
  return { from, selector: null }
}

/** What the controller assigned; what the object asks for while there is no status. */
function readAddresses(status: Fields, spec: Fields): readonly string[] {
  const assigned = status.list('addresses')
  return (assigned.length > 0 ? assigned : spec.list('addresses')).flatMap((entry) => {
    const value = entry.string('value')
    return value ? [canonicalAddress(value) ?? canonicalDnsName(value)] : []
  })
}
