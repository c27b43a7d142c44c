import type { Cluster } from './cluster'

export type ReferenceQuestion = {
  readonly fromGroup: string
  readonly fromKind: string
  readonly fromNamespace: string
  readonly toGroup: string
  readonly toKind: string
  readonly toNamespace: string
  readonly toName: string
}

/** True inside one namespace, and across namespaces when a ReferenceGrant of the target's namespace says so. */
export function isReferencePermitted(cluster: Cluster, question: ReferenceQuestion): boolean {
  if (question.fromNamespace === question.toNamespace) return true
  return cluster.referenceGrants.some(
    (grant) =>
      grant.namespace === question.toNamespace &&
      grant.from.some(
        ({ group, kind, namespace }) => group === question.fromGroup && kind === question.fromKind && namespace === question.fromNamespace,
      ) &&
      grant.to.some(
        ({ group, kind, name }) => group === question.toGroup && kind === question.toKind && (name === null || name === question.toName),
      ),
  )
}
