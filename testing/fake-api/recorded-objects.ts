import { aDefinition } from './custom-resource'
import type { KubernetesObject } from './kubernetes-object'
import { ObjectStore } from './object-store'

/** Objects of a recorded `v1 List`, behind the definitions of their kinds where those are custom ones. */
export function recordedObjects(...lists: readonly { readonly items: readonly KubernetesObject[] }[]): readonly KubernetesObject[] {
  const objects = lists.flatMap(({ items }) => items)
  const builtIn = new ObjectStore().kinds()
  const definitions = new Map<string, KubernetesObject>()
  for (const { apiVersion, kind, metadata } of objects) {
    const [version = '', group = ''] = apiVersion.split('/').reverse()
    if (builtIn.some((known) => known.group === group && known.kind === kind)) continue
    const definition = aDefinition({ group, versions: [version], kind, isNamespaced: metadata.namespace !== undefined })
    definitions.set(definition.metadata.name, definition)
  }
  return [...definitions.values(), ...objects]
}
