import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { KubeObject } from './kube-object'

export type RoleRule = {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

type Account = { readonly namespace: string; readonly name: string }

/** The rules of deploy/cluster-role.yaml. */
export function deployedRules(): readonly RoleRule[] {
  const { rules } = parse(readFileSync(new URL('../../deploy/cluster-role.yaml', import.meta.url), 'utf8')) as {
    rules: readonly RoleRule[]
  }
  return rules
}

/** The rules with one resource of one group taken out. */
export function without(rules: readonly RoleRule[], group: string, resource: string): readonly RoleRule[] {
  return rules.flatMap((rule) => {
    if (!rule.apiGroups.includes(group) || !rule.resources.includes(resource)) return [rule]
    const others = rule.resources.filter((one) => one !== resource)
    const otherGroups = rule.apiGroups.filter((one) => one !== group)
    return [
      ...(others.length === 0 ? [] : [{ ...rule, resources: others }]),
      ...(otherGroups.length === 0 ? [] : [{ ...rule, apiGroups: otherGroups, resources: [resource] }]),
    ]
  })
}

/** A ClusterRole and its binding to an account, for the whole cluster. */
export function clusterRights(name: string, account: Account, rules: readonly RoleRule[]): readonly KubeObject[] {
  return [
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
  ]
}

/** The rules of a ClusterRole, for one namespace only. */
export function namespaceRights(namespace: string, clusterRole: string, account: Account): KubeObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { namespace, name: clusterRole },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterRole },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  }
}
