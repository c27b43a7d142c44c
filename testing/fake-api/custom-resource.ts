import type { ApiResource } from './api-resource'
import type { KubernetesObject } from './kubernetes-object'

type Definition = {
  readonly group: string
  readonly names: { readonly plural: string; readonly singular?: string; readonly kind: string; readonly shortNames?: readonly string[] }
  readonly scope: string
  readonly versions: readonly { readonly name: string; readonly served: boolean }[]
}

/** The kind that a CustomResourceDefinition brings. */
export function readDefinition(definition: KubernetesObject): ApiResource {
  const spec = definition.spec as Definition
  return {
    group: spec.group,
    versions: spec.versions.filter(({ served }) => served).map(({ name }) => name),
    kind: spec.names.kind,
    plural: spec.names.plural,
    singular: spec.names.singular ?? spec.names.kind.toLowerCase(),
    shortNames: spec.names.shortNames ?? [],
    isNamespaced: spec.scope === 'Namespaced',
    isCustom: true,
  }
}

/** A CustomResourceDefinition of any shape of object, as it stands once the server has accepted it. */
export function aDefinition(options: {
  readonly group: string
  readonly versions: readonly string[]
  readonly kind: string
  readonly plural?: string
  readonly isNamespaced?: boolean
}): KubernetesObject {
  const { group, versions, kind, plural = pluralOf(kind), isNamespaced = true } = options
  const names = { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names,
      scope: isNamespaced ? 'Namespaced' : 'Cluster',
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      })),
      conversion: { strategy: 'None' },
    },
    status: {
      conditions: [
        { type: 'NamesAccepted', status: 'True' },
        { type: 'Established', status: 'True' },
      ],
      acceptedNames: names,
      storedVersions: [versions[0]],
    },
  }
}

/** The plural that Kubernetes itself would choose for almost every kind. */
function pluralOf(kind: string): string {
  const name = kind.toLowerCase()
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`
  return /(s|x|ch|sh)$/.test(name) ? `${name}es` : `${name}s`
}
