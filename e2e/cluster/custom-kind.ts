import type { KubeObject } from './kube-object'

type CustomKind = { readonly definition: KubeObject; readonly object: (name: string, spec: unknown) => KubeObject }

/** A cluster-scoped kind in version v1 whose objects may hold anything, and its objects. */
export function aCustomKind({ group, kind, plural }: { group: string; kind: string; plural: string }): CustomKind {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    definition: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope: 'Cluster',
        names: { kind, plural, singular: kind.toLowerCase() },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    },
    object: (name, spec) => ({ apiVersion: `${group}/v1`, kind, metadata: { name }, spec }),
  }
}
