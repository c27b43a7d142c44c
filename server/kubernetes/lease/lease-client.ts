import type { ApiConnection } from '../connection/api-connection'
import { ApiConnectionError } from '../connection/api-connection-error'
import { type Answer, readAnswer } from '../reflector/read-answer'
import { type LeaseClaim, type LeaseRecord, leaseBody, readLease } from './lease-record'

/** Well within the time in which a claim has to be renewed. */
const TIMEOUT_MS = 5_000

/** What came of reading or writing a Lease. */
export type LeaseAnswer =
  | { readonly kind: 'lease'; readonly lease: LeaseRecord }
  /** There is none yet. */
  | { readonly kind: 'absent' }
  /** Somebody else wrote it meanwhile. */
  | { readonly kind: 'conflict' }
  /** `message` says what to do. */
  | { readonly kind: 'failed'; readonly message: string }

/** One Lease of a namespace. */
export interface LeaseClient {
  read(): Promise<LeaseAnswer>
  create(claim: LeaseClaim): Promise<LeaseAnswer>
  /** Replaces a Lease that was read, unless it was written since. */
  replace(lease: LeaseRecord, claim: LeaseClaim): Promise<LeaseAnswer>
}

export type LeasePlace = {
  readonly namespace: string
  readonly name: string
  readonly annotations: Readonly<Record<string, string>>
}

/** A Lease at the API server. Nothing throws: what goes wrong is an answer. */
export function leaseAt(connection: ApiConnection, { namespace, name, annotations }: LeasePlace): LeaseClient {
  const folder = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`
  const path = `${folder}/${name}`

  async function ask(verb: string, request: Parameters<ApiConnection['request']>[0]): Promise<LeaseAnswer> {
    let answer: Answer
    try {
      answer = await readAnswer(connection, { timeoutMs: TIMEOUT_MS, silenceMs: TIMEOUT_MS, ...request })
    } catch (error) {
      if (!(error instanceof ApiConnectionError)) throw error
      return { kind: 'failed', message: `the Lease ${namespace}/${name} cannot be asked for: ${error.message}` }
    }
    if (answer.kind === 'garbled') return { kind: 'failed', message: `the Lease ${namespace}/${name}: ${answer.message}` }
    if (answer.kind === 'status') return refusal(verb, answer.status)
    const lease = readLease(answer.body)
    return lease === null
      ? { kind: 'failed', message: `what the API server gives as ${namespace}/${name} is no Lease` }
      : { kind: 'lease', lease }
  }

  function refusal(verb: string, { code, message }: Extract<Answer, { kind: 'status' }>['status']): LeaseAnswer {
    if (code === 404 && verb === 'get') return { kind: 'absent' }
    if (code === 409) return { kind: 'conflict' }
    if (code === 403) {
      const text = `this account may not ${verb} Leases in the namespace ${namespace}: bind deploy/collector-role.yaml to it`
      return { kind: 'failed', message: text }
    }
    return { kind: 'failed', message: `the API server does not ${verb} the Lease ${namespace}/${name}: ${code} ${message}` }
  }

  return {
    read: () => ask('get', { path }),
    create: (claim) => {
      const metadata = { namespace, name, labels: { 'app.kubernetes.io/name': 'sluice' }, annotations }
      return ask('create', { path: folder, method: 'POST', body: leaseBody(metadata, claim) })
    },
    replace: ({ metadata }, claim) => ask('update', { path, method: 'PUT', body: leaseBody(metadata, claim) }),
  }
}
