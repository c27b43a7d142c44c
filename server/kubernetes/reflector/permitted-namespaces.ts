import type { V1ResourceRule, V1SelfSubjectRulesReview, V1SubjectRulesReviewStatus } from '@kubernetes/client-node'
import { isRecord } from '@/lib/model/fields'
import type { ApiConnection } from '../connection/api-connection'
import { readAnswer } from './read-answer'
import type { Received } from './received'

export type PermissionRule = {
  readonly verbs: readonly string[]
  readonly groups: readonly string[]
  readonly resources: readonly string[]
}

/** What may be done in one namespace; null where the server cannot say it all, so that only trying helps. */
export type NamespaceRules = readonly PermissionRule[] | null

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'

/** Asks what may be done in a namespace, so that nobody has to try it kind by kind. */
export async function reviewNamespace(connection: ApiConnection, namespace: string, signal: AbortSignal): Promise<NamespaceRules> {
  const question: V1SelfSubjectRulesReview = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } }
  try {
    const answer = await readAnswer(connection, { path: PATH, method: 'POST', body: JSON.stringify(question), signal })
    return answer.kind === 'body' ? readRules(answer.body) : null
  } catch {
    return null
  }
}

export function readRules(review: unknown): NamespaceRules {
  const status: Received<V1SubjectRulesReviewStatus> | null = isRecord(review) && isRecord(review.status) ? review.status : null
  if (status === null || status.incomplete === true || !Array.isArray(status.resourceRules)) return null
  return status.resourceRules.filter(isRecord).flatMap(({ verbs, apiGroups, resources, resourceNames }: Received<V1ResourceRule>) => {
    // A right for single objects is none for a list.
    if (Array.isArray(resourceNames) && resourceNames.length > 0) return []
    return [{ verbs: texts(verbs), groups: texts(apiGroups), resources: texts(resources) }]
  })
}

/** Whether a list of the resource may be read and watched. */
export function permitsWatching(rules: NamespaceRules, group: string, resource: string): boolean {
  if (rules === null) return true
  const has = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted)
  const allows = (verb: string): boolean =>
    rules.some((rule) => has(rule.verbs, verb) && has(rule.groups, group) && has(rule.resources, resource))
  return allows('watch')
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : []
}
