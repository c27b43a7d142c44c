import { fields, type Reduce, shared } from './field-tree'
import { CONDITIONS, object } from './object-fields'

const REFERENCE = ['group', 'kind', 'namespace', 'name', 'sectionName', 'port']
const LISTENERS = fields(['name', 'port', 'protocol', 'hostname', 'tls', 'allowedRoutes'])
const LISTENER_STATUS = fields(['name', 'attachedRoutes', 'supportedKinds'], { conditions: CONDITIONS })

/** Filters without the values of headers that they set, which may be credentials. */
const FILTERS = fields(['type', 'requestRedirect', 'requestMirror', 'urlRewrite', 'extensionRef'])

const ROUTE = object({
  spec: fields(['hostnames', 'parentRefs'], {
    rules: fields(['name', 'matches', 'timeouts', 'sessionPersistence'], {
      filters: FILTERS,
      backendRefs: fields([...REFERENCE, 'weight'], { filters: FILTERS }),
    }),
  }),
  status: fields([], { parents: fields(['parentRef', 'controllerName'], { conditions: CONDITIONS }) }),
})

/** Gateway API, by kind. */
export const GATEWAY_FIELDS: Readonly<Record<string, Reduce>> = {
  GatewayClass: object({ spec: fields(['controllerName', 'parametersRef']), status: fields([], { conditions: CONDITIONS }) }),
  Gateway: object({
    spec: fields(['gatewayClassName', 'allowedListeners', 'addresses'], { listeners: LISTENERS }),
    status: fields(['addresses'], { conditions: CONDITIONS, listeners: LISTENER_STATUS }),
  }),
  ListenerSet: object({
    spec: fields(['parentRef'], { listeners: LISTENERS }),
    status: fields([], { conditions: CONDITIONS, listeners: LISTENER_STATUS }),
  }),
  HTTPRoute: ROUTE,
  GRPCRoute: ROUTE,
  TLSRoute: ROUTE,
  TCPRoute: ROUTE,
  UDPRoute: ROUTE,
  ReferenceGrant: object({ spec: fields([], { from: shared(), to: shared() }) }),
  BackendTLSPolicy: object({
    spec: fields(['targetRefs', 'validation']),
    status: fields([], { ancestors: fields(['ancestorRef', 'controllerName'], { conditions: CONDITIONS }) }),
  }),
}
