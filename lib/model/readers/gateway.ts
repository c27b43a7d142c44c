import { canonicalAddress } from '../address'
import type { Gateway, GatewayClass } from '../cluster'
import type { Fields } from '../fields'
import type { ObjectMeta } from '../object'
import type { Selector } from '../selector'
import { compileSelector } from '../selector'
import { canonicalDnsName } from './service'

export function readGatewayClass(document: Fields, meta: ObjectMeta): GatewayClass {
  return { meta, controllerName: document.object('spec').string('controllerName') ?? '' }
}

export function readGateway(document: Fields, meta: ObjectMeta): Gateway {
  const spec = document.object('spec')
  return {
    meta,
    namespace: meta.namespace ?? '',
    name: meta.name,
    className: spec.string('gatewayClassName') ?? '',
    listeners: spec.list('listeners').flatMap(readListener),
    addresses: readAddresses(document.object('status'), spec),
  }
}

function readListener(listener: Fields): readonly Gateway['listeners'][number][] {
  const port = listener.port('port')
  if (port === null) {
    if (!listener.has('port')) listener.problem('port', 'a listener has no port')
    return []
  }
  const tls = listener.object('tls')
  const allowedRoutes = listener.object('allowedRoutes')
  const namespaces = allowedRoutes.object('namespaces')
  const allowedNamespaces = namespaces.oneOf('from', ['Same', 'All', 'Selector', 'None'], 'Same')
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
      allowedNamespaces,
      allowedSelector: allowedNamespaces === 'Selector' ? readSelector(namespaces) : null,
      allowedKinds: allowedRoutes.list('kinds').map((kind) => kind.string('kind') ?? ''),
    },
  ]
}

function readSelector(namespaces: Fields): Selector | null {
  const selector = compileSelector(namespaces.get('selector'))
  if (selector.ok) return selector.value
  namespaces.problem('selector', [selector.error.path, selector.error.message].filter(Boolean).join(' '))
  return null
}

/** What the controller assigned; what the object asks for while there is no status. */
function readAddresses(status: Fields, spec: Fields): readonly string[] {
  const assigned = status.list('addresses')
  return (assigned.length > 0 ? assigned : spec.list('addresses')).flatMap((entry) => {
    const value = entry.string('value')
    return value ? [canonicalAddress(value) ?? canonicalDnsName(value)] : []
  })
}
