/** A failure as an API server words it, before it is sent. */
export type Status = {
  readonly code: number
  readonly reason?: string
  readonly message: string
  readonly details?: Record<string, unknown>
  /** Of a list that expired: the token that goes on with what is there now. */
  readonly continue?: string
}

/** An answer that is a failure; thrown where it is found, sent by the server. */
export class StatusError extends Error {
  override readonly name = 'StatusError'
  readonly status: Status

  constructor(status: Status) {
    super(status.message)
    this.status = status
  }
}

/** The `v1 Status` document. */
export function statusDocument({ code, reason, message, details, continue: token }: Status): Record<string, unknown> {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: token === undefined ? {} : { continue: token },
    status: 'Failure',
    message,
    ...(reason !== undefined && { reason }),
    ...(details !== undefined && { details }),
    code,
  }
}

export function badRequest(message: string): StatusError {
  return new StatusError({ code: 400, reason: 'BadRequest', message })
}

/** A query that contradicts itself. */
export function invalidOptions(
  problems: readonly { readonly field: string; readonly type: string; readonly message: string }[],
): StatusError {
  const texts = problems.map(({ field, message }) => `${field}: ${message}`)
  const message = `ListOptions.meta.k8s.io "" is invalid: ${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`}`
  const causes = problems.map(({ field, type, message: text }) => ({ reason: type, message: text, field }))
  return new StatusError({ code: 422, reason: 'Invalid', message, details: { group: 'meta.k8s.io', kind: 'ListOptions', causes } })
}

export const NO_SUCH_RESOURCE: Status = {
  code: 404,
  reason: 'NotFound',
  message: 'the server could not find the requested resource',
  details: {},
}

/** The answer to a revision that the server has forgotten: as the status of a list, and inside a watch. */
export function expired(message: string, token?: string): Status {
  return { code: 410, reason: 'Expired', message, ...(token !== undefined && { continue: token }) }
}
