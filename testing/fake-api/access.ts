import type { RequestTarget, ResourceTarget } from './request-target'
import { type Status, StatusError } from './status'

/** Rights as in a Role or ClusterRole, and where they hold. */
export type AccessRule = {
  /** null: in the whole cluster. */
  readonly namespace: string | null
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

/** Somebody who may ask. */
export type FakeUser = {
  readonly name: string
  /** By which the server knows them, beside a client certificate with their name. */
  readonly token: string
  readonly rules: 'everything' | readonly AccessRule[]
}

/** What the binding `system:discovery` gives to everybody who is known. */
const OPEN_PATHS = /^\/(api|apis|openapi)(\/.*)?$|^\/(version|healthz|livez|readyz)(\/.*)?$/

/** What the binding `system:basic-user` gives to everybody who is known. */
const BASIC_RULES: readonly AccessRule[] = [
  {
    namespace: null,
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  { namespace: null, verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
]

const EVERYTHING: AccessRule = { namespace: null, verbs: ['*'], apiGroups: ['*'], resources: ['*'] }

type Question = Pick<ResourceTarget, 'group' | 'resource' | 'namespace' | 'name'> & { readonly verb: string }

/** Throws the refusal of the real server when the user may not. */
export function authorize(user: FakeUser, target: RequestTarget): void {
  if (target.kind === 'path') {
    if (user.rules === 'everything' || OPEN_PATHS.test(target.path)) return
    const message = `forbidden: User "${user.name}" cannot ${target.verb} path "${target.path}"`
    throw new StatusError({ code: 403, reason: 'Forbidden', message, details: {} })
  }
  if (!isAllowed(user, target)) throw new StatusError(refusal(user, target))
}

export function isAllowed(user: FakeUser, question: Question): boolean {
  return rulesOf(user).some((rule) => {
    if (rule.namespace !== null && rule.namespace !== question.namespace) return false
    if (!covers(rule.verbs, question.verb) || !covers(rule.apiGroups, question.group) || !covers(rule.resources, question.resource))
      return false
    return rule.resourceNames === undefined || (question.name !== null && rule.resourceNames.includes(question.name))
  })
}

/** The rights that hold in a namespace, as a SelfSubjectRulesReview lists them. */
export function rulesIn(user: FakeUser, namespace: string): readonly Omit<AccessRule, 'namespace'>[] {
  return rulesOf(user)
    .filter((rule) => rule.namespace === null || rule.namespace === namespace)
    .map(({ namespace: _namespace, ...rule }) => rule)
}

function rulesOf(user: FakeUser): readonly AccessRule[] {
  return [...(user.rules === 'everything' ? [EVERYTHING] : user.rules), ...BASIC_RULES]
}

function covers(named: readonly string[], asked: string): boolean {
  return named.includes('*') || named.includes(asked)
}

function refusal(user: FakeUser, { group, resource, namespace, name, verb, subresource }: ResourceTarget): Status {
  const full = group === '' ? resource : `${resource}.${group}`
  const place = namespace === null ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const asked = subresource === null ? resource : `${resource}/${subresource}`
  return {
    code: 403,
    reason: 'Forbidden',
    message: `${full}${name === null ? '' : ` "${name}"`} is forbidden: User "${user.name}" cannot ${verb} resource "${asked}" in API group "${group}" ${place}`,
    details: { ...(name !== null && { name }), ...(group !== '' && { group }), kind: resource },
  }
}
