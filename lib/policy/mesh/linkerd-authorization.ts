import type { Fields } from '../../model/fields'
import { type PolicyRef, policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import type { InputProblem } from '../../model/problem'
import { matchesSelector, type Selector } from '../../model/selector'
import { allowOnly, PolicyFields, readSelector } from '../policy-fields'
import type { LinkerdAuthentications } from './linkerd-authentication'
import { type ClientRule, linkerdIdentity, readNetworks } from './linkerd-client-rule'
import type { LinkerdServer } from './linkerd-server'

/** A ServerAuthorization or an AuthorizationPolicy of Linkerd. */
export type LinkerdAuthorization = {
  readonly ref: PolicyRef
  readonly raw: RawObject
  readonly namespace: string
  readonly target: AuthorizationTarget
  /** null when it refers to something that does not exist: it then authorizes nobody. */
  readonly client: ClientRule | null
  readonly isUnderstood: boolean
  /** False for what stands for authorizations that could not be read. */
  readonly isRead: boolean
  readonly problems: readonly InputProblem[]
}

export type AuthorizationTarget =
  | { readonly kind: 'server'; readonly name: string }
  | { readonly kind: 'servers'; readonly selector: Selector }
  /** Every Server of the namespace. */
  | { readonly kind: 'namespace' }
  | { readonly kind: 'route'; readonly group: string; readonly routeKind: string; readonly name: string }

export function readServerAuthorization(raw: RawObject, identityDomain: string): LinkerdAuthorization {
  const document = new PolicyFields(raw)
  const { spec } = document
  allowOnly(spec, ['server', 'client'])
  const server = spec.object('server')
  allowOnly(server, ['name', 'selector'])
  const name = server.string('name')
  if (server.has('name') === server.has('selector')) spec.problem('server', 'one of name and selector is required')
  const selector = readSelector(server, 'selector') ?? { matchLabels: new Map(), matchExpressions: [] }
  const namespace = raw.meta.namespace ?? ''
  const client = readClient(spec, namespace, identityDomain)
  return {
    ref: policyRef(raw.meta.kind, raw.meta.namespace, raw.meta.name),
    ...{ raw, namespace, client, target: name === null ? { kind: 'servers', selector } : { kind: 'server', name } },
    isUnderstood: document.isUnderstood,
    isRead: true,
    problems: document.problems,
  }
}

function readClient(spec: Fields, namespace: string, identityDomain: string): ClientRule {
  const client = spec.object('client')
  allowOnly(client, ['networks', 'unauthenticated', 'meshTLS'])
  const networks = readNetworks(client, 'networks')
  if (client.boolean('unauthenticated') === true) return { identities: 'anyone', networks }
  if (!client.has('meshTLS')) spec.problem('client', 'one of unauthenticated and meshTLS is required')
  const tls = client.object('meshTLS')
  allowOnly(tls, ['unauthenticatedTLS', 'identities', 'serviceAccounts'])
  if (tls.boolean('unauthenticatedTLS') === true) return { identities: 'tls', networks }
  const accounts = tls.list('serviceAccounts').map((account) => {
    allowOnly(account, ['name', 'namespace'])
    const name = account.string('name')
    if (name === null) account.problem('name', 'a name is required')
    return linkerdIdentity(name ?? '', account.string('namespace') ?? namespace, identityDomain)
  })
  const identities = [...tls.strings('identities'), ...accounts]
  if (client.has('meshTLS') && identities.length === 0) client.problem('meshTLS', 'at least one client is required')
  return { identities, networks }
}

export function readLinkerdPolicy(raw: RawObject, authentications: LinkerdAuthentications): LinkerdAuthorization {
  const document = new PolicyFields(raw)
  const { spec } = document
  allowOnly(spec, ['targetRef', 'requiredAuthenticationRefs'])
  if (!spec.has('targetRef')) spec.problem('targetRef', 'a target is required')
  if (!Array.isArray(spec.get('requiredAuthenticationRefs')))
    spec.problem('requiredAuthenticationRefs', 'a list is required, which may be empty')
  const target = readTarget(spec)
  const namespace = raw.meta.namespace ?? ''
  const { client, isCertain } = authentications.require(spec, namespace)
  return {
    ref: policyRef(raw.meta.kind, raw.meta.namespace, raw.meta.name),
    ...{ raw, namespace, target, client },
    isUnderstood: document.isUnderstood && isCertain,
    isRead: true,
    problems: document.problems,
  }
}

const ROUTES: ReadonlySet<string> = new Set(['HTTPRoute', 'GRPCRoute'])

function readTarget(spec: Fields): AuthorizationTarget {
  const target = spec.object('targetRef')
  allowOnly(target, ['group', 'kind', 'name'])
  const group = target.string('group') ?? ''
  const kind = target.string('kind') ?? ''
  const name = target.string('name') ?? ''
  if (kind === 'Namespace') return { kind: 'namespace' }
  if (kind === 'Server') return { kind: 'server', name }
  if (ROUTES.has(kind)) return { kind: 'route', group, routeKind: kind, name }
  if (spec.has('targetRef')) target.problem('kind', `"${kind.slice(0, 80)}" is not Server, Namespace, HTTPRoute or GRPCRoute`)
  // It may be for any Server.
  return { kind: 'namespace' }
}

/** Whether an authorization is for a Server as a whole. */
export function isForServer({ namespace, target }: LinkerdAuthorization, server: LinkerdServer): boolean {
  if (namespace !== server.namespace) return false
  switch (target.kind) {
    case 'server':
      return target.name === server.name
    case 'servers':
      return matchesSelector(target.selector, server.labels)
    case 'namespace':
      return true
    case 'route':
      return false
  }
}
