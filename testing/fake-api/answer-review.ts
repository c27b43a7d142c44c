import { type FakeUser, isAllowed, rulesIn } from './access'
import { type Answer, answerJson } from './answer'
import { badRequest, StatusError } from './status'

const UNSUPPORTED = {
  code: 415,
  reason: 'UnsupportedMediaType',
  message: 'the body of the request was in an unknown format - accepted media types include: application/json',
  details: {},
}

type Attributes = {
  readonly verb?: string
  readonly group?: string
  readonly resource?: string
  readonly namespace?: string
  readonly name?: string
}

/** Answers who is asking, or what they may do, one question at a time or all of a namespace. */
export function answerReview(answer: Answer, resource: string, user: FakeUser, body: string): void {
  const { kind, apiVersion, spec } = readReview(body)
  if (resource === 'selfsubjectrulesreviews') {
    const namespace = spec.namespace
    if (typeof namespace !== 'string' || namespace === '') throw badRequest('no namespace on request')
    const status = { resourceRules: rulesIn(user, namespace), nonResourceRules: [], incomplete: false }
    answerJson(answer, 201, { kind, apiVersion, metadata: {}, spec: {}, status })
    return
  }
  if (resource === 'selfsubjectreviews') {
    const userInfo = { username: user.name, groups: ['system:authenticated'] }
    answerJson(answer, 201, { kind, apiVersion, metadata: {}, status: { userInfo } })
    return
  }
  const attributes = spec.resourceAttributes as Attributes | undefined
  if (attributes === undefined) {
    const problem = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
    const cause = { reason: 'FieldValueInvalid', message: `Invalid value: null: ${problem}`, field: 'spec' }
    throw new StatusError({
      code: 422,
      reason: 'Invalid',
      message: `.authorization.k8s.io "" is invalid: spec: Invalid value: null: ${problem}`,
      details: { group: 'authorization.k8s.io', causes: [cause] },
    })
  }
  const { verb = '', group = '', resource: asked = '', namespace = '', name = '' } = attributes
  const question = { verb, group, resource: asked, namespace: namespace === '' ? null : namespace, name: name === '' ? null : name }
  answerJson(answer, 201, { kind, apiVersion, metadata: {}, spec, status: { allowed: isAllowed(user, question) } })
}

function readReview(body: string): { kind: unknown; apiVersion: unknown; spec: Record<string, unknown> } {
  try {
    const { kind, apiVersion = 'authorization.k8s.io/v1', spec = {} } = JSON.parse(body)
    return { kind, apiVersion, spec }
  } catch {
    // kubectl sends its questions as protobuf.
    throw new StatusError(UNSUPPORTED)
  }
}
